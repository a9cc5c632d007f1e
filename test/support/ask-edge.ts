// The app over the real catalogue, asked without a socket.
import { createApp } from "../../packages/edge/src/app.ts";
import { realService } from "./edge-service.ts";
import { ISSUE, MISTRAL } from "./questions.ts";

export const service = realService();
export const app = createApp(service);

export const query = (values: object): URLSearchParams =>
  new URLSearchParams(Object.entries(values).map(([name, value]): [string, string] => [name, String(value)]));

/** By GET. */
export const ask = (
  protocol: string,
  values: object,
  headers: Record<string, string> = {},
): Response | Promise<Response> => app.request(`/v1/${protocol}?${query(values)}`, { headers });

/** By POST, as JSON. */
export const post = (
  protocol: string,
  body: object,
  headers: Record<string, string> = {},
): Response | Promise<Response> =>
  app.request(`/v1/${protocol}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

/** One question that is answered, for each protocol that takes a GET. */
export const QUESTIONS = {
  estimate: ISSUE,
  optimize: { model_id: MISTRAL, hardware_platform: "a800" },
  compare: { model_id: MISTRAL, hardware_platform: "rtx4090d" },
  diagnose: { ...ISSUE, observed_throughput_tok_s: 20 },
} as const;

/** Python with one finding: default INT8, on its second line. */
export const INT8_CODE =
  'from transformers import AutoModelForCausalLM, BitsAndBytesConfig\nm = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", quantization_config=BitsAndBytesConfig(load_in_8bit=True))\n';

import type { Protocol } from "@ecocompute/engine";

/** Questions that the document shows: a test asks each one, by GET and by POST, and holds the answer against its schema. */
export interface Example {
  readonly summary: string;
  readonly status: 200 | 422;
  readonly value: Readonly<Record<string, unknown>>;
}

const MISTRAL = "mistralai/Mistral-7B-Instruct-v0.2";
const CODE = `from transformers import AutoModelForCausalLM, BitsAndBytesConfig

model = AutoModelForCausalLM.from_pretrained(
    "mistralai/Mistral-7B-Instruct-v0.2",
    quantization_config=BitsAndBytesConfig(load_in_8bit=True),
)
`;

export const EXAMPLES: Readonly<Record<Protocol["id"], Readonly<Record<string, Example>>>> = {
  estimate: {
    measured: {
      summary: "A measured row: INT8 without outlier decomposition on an A800",
      status: 200,
      value: {
        model_id: MISTRAL,
        hardware_platform: "a800",
        quantization: "int8_pure",
        batch_size: 8,
        sequence_length: 256,
        requests_per_month: 1_000_000,
      },
    },
    fleet: {
      summary: "Two always-on vLLM replicas, held against a budget",
      status: 200,
      value: {
        model_id: "meta-llama/Llama-3.1-8B-Instruct",
        hardware_platform: "h100",
        framework: "vllm",
        quantization: "bf16",
        replicas: 2,
        requests_per_day: 50_000,
        budget_kwh: 1000,
        verdict_at: "upper",
      },
    },
    unknown: {
      summary: "Nobody has measured AWQ: the answer is how to",
      status: 422,
      value: { model_id: MISTRAL, quantization: "awq" },
    },
    misspelt: {
      summary: "A GPU that does not exist, and what was meant",
      status: 422,
      value: { model_id: MISTRAL, hardware_platform: "rtx4090dd" },
    },
  },
  optimize: {
    within_latency: {
      summary: "The least energy within half a minute a request",
      status: 200,
      value: { model_id: MISTRAL, hardware_platform: "a800", max_latency_ms: 30_000 },
    },
  },
  compare: {
    consumer_card: {
      summary: "Four precisions on a consumer card",
      status: 200,
      value: { model_id: MISTRAL, hardware_platform: "rtx4090d" },
    },
  },
  diagnose: {
    slow_int8: {
      summary: "7.9 tokens per second under load_in_8bit",
      status: 200,
      value: {
        model_id: MISTRAL,
        hardware_platform: "rtx4090d",
        quantization: "int8_default",
        observed_throughput_tok_s: 7.9,
      },
    },
  },
  audit: {
    python: { summary: "Python that loads a model", status: 200, value: { code: CODE, fail_on: "critical" } },
  },
};

import { catalogueData } from "@ecocompute/data";
import { indexCatalogue, PROTOCOLS, renderMarkdown } from "@ecocompute/engine";
import { describe, expect, it } from "vitest";
import { emptyFields, headingsOf } from "../packages/engine/src/report/markdown-checks.test-data.ts";

const catalogue = indexCatalogue(catalogueData);

function markdown(id: string, input: object): string {
  const protocol = PROTOCOLS.find((each) => each.id === id);
  if (!protocol) throw new Error(`no protocol ${id}`);
  const outcome = protocol.run(input, { catalogue, python: null });
  if (!outcome.ok)
    throw new Error(`${id} refused: ${outcome.problem.detail} ${JSON.stringify(outcome.problem.errors)}`);
  return renderMarkdown(outcome.value);
}

const OBSERVED = { observed_throughput_tok_s: 20 };
const HEADINGS = { optimize: 9, diagnose: 6, compare: 5, estimate: 2 } as const;
const IDS = Object.keys(HEADINGS) as (keyof typeof HEADINGS)[];

/** Questions that leave numbers out: no price, no row, a fleet, a model that nobody knows, figures that were not published. */
const QUESTIONS = {
  "the least that may be asked": { model_id: "mistralai/Mistral-7B-Instruct-v0.2" },
  "the skill's production example": {
    model_id: "Qwen/Qwen2-7B",
    hardware_platform: "a800",
    batch_size: 16,
    quantization: "fp16",
  },
  "a place without a price": { model_id: "Mistral-7B", region: "SWE" },
  "a served model": { model_id: "meta-llama/Llama-3.1-8B-Instruct", hardware_platform: "h100", framework: "vllm" },
  "an always-on fleet on rented GPUs": {
    model_id: "meta-llama/Llama-3.1-70B-Instruct",
    hardware_platform: "h100",
    num_gpus: 4,
    framework: "vllm",
    replicas: 2,
    gpu_hour_usd: 2.5,
  },
  "a model that only its name describes": { model_id: "someone/Unheard-Of-13B", hardware_platform: "a800" },
  "a name that would act": {
    model_id: "<!-- x --><img src=x> [a](javascript:b) @octocat #12 `code` | **b** https://evil.example/ -7B",
    hardware_platform: "a800",
  },
} as const;

describe.each(Object.entries(QUESTIONS))("%s", (_, question) => {
  it.each(IDS)("leaves no field of %s empty", (id) => {
    const text = markdown(id, id === "diagnose" ? { ...question, ...OBSERVED } : question);
    expect(emptyFields(text)).toEqual([]);
    expect(headingsOf(text)).toHaveLength(HEADINGS[id]);
  });
});

it("names the model of a request without doing what its name says", () => {
  for (const id of IDS) {
    const question = QUESTIONS["a name that would act"];
    const text = markdown(id, id === "diagnose" ? { ...question, ...OBSERVED } : question);
    const outsideCode = text.replace(/^( *)(`{3,})[^\n]*\n[\s\S]*?\n\1\2$/gm, "").replace(/<code>.*?<\/code>/g, "");
    expect(outsideCode).toContain("octocat");
    expect(outsideCode).not.toMatch(/<!--|<img|https:\/\/|@octocat|(?<!\\)\[a/);
  }
});

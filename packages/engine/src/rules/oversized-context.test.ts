import { describe, expect, it } from "vitest";
import type { Facts } from "../domain/deployment.ts";
import { fact, subjectOf, workloadOf } from "./fixture-catalogue.test-data.ts";
import { oversizedContext } from "./oversized-context.ts";

// 131 kB per token: 131,072 tokens are 17.2 GB; card-b leaves 63 GB beside 16 GB of weights.
const workload = workloadOf("org/large", "card-b", { framework: "vllm" });
const check = (facts: Facts, more: Parameters<typeof subjectOf>[2] = {}) =>
  oversizedContext.check(subjectOf({ framework: fact("vllm" as const), ...facts }, workload, more));

describe("oversized-context", () => {
  it("tells how few requests of the full length fit, at the bound's line, without a number", () => {
    const [finding] = check({ max_model_len: fact(131_072, 12) });
    expect(finding).toMatchObject({ line: 12, impact_percent: null, at_most: "warning" });
    expect(finding?.message).toMatch(/171 times the 768 that are stated.*17\.2 GB.*holds 3 of them, not the 256/);
    expect(finding?.fix.code).toBe("--max-model-len 3072");
  });

  it("is info where the lengths are assumed", () => {
    expect(check({ max_model_len: fact(131_072) }, { assumed: ["sequence_length"] })[0]?.at_most).toBe("info");
  });

  it.each<[string, Facts, Parameters<typeof subjectOf>[2]]>([
    ["headroom", { max_model_len: fact(3_000) }, {}],
    [
      "headroom over the usual where lengths are assumed",
      { max_model_len: fact(16_384) },
      { assumed: ["sequence_length"] },
    ],
    ["a length that many requests may have", { max_model_len: fact(32_768) }, {}],
    ["as few sequences as are let in", { max_model_len: fact(131_072), max_num_seqs: fact(2) }, {}],
    ["no bound", {}, {}],
    ["an assumed GPU", { max_model_len: fact(131_072) }, { assumed: ["hardware_platform"] }],
    ["training", { max_model_len: fact(131_072) }, { purpose: "training" }],
  ])("is silent on %s", (_name, facts, more) => {
    expect(check(facts, more)).toEqual([]);
  });

  it("is silent where the KV cache is guessed from models of about its size", () => {
    const { model } = workload;
    const guessed = { ...workload, model: { ...model, id: "org/unheard-of", architecture: null } };
    const subject = subjectOf({ framework: fact("vllm" as const), max_model_len: fact(131_072) }, guessed);
    expect(oversizedContext.check(subject)).toEqual([]);
  });

  it("leaves what does not even hold one to model-gpu-fit", () => {
    expect(check({ max_model_len: fact(1_000_000) })).toEqual([]);
  });
});

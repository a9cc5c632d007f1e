import { describe, expect, test } from "vitest";
import type { Facts } from "../domain/deployment.ts";
import { fact, subjectOf, workloadOf } from "../rules/fixture-catalogue.test-data.ts";
import { goodPractices } from "./audit-practices.ts";

const messages = (facts: Facts, ...more: [Parameters<typeof subjectOf>[1]?, Parameters<typeof subjectOf>[2]?]) =>
  goodPractices(subjectOf(facts, ...more)).map(({ message, at }) => `${at.line}: ${message}`);
const vllm = fact("vllm" as const, 3);

describe("goodPractices", () => {
  test("a serving engine batches, unless it is bounded to one request", () => {
    expect(messages({ framework: vllm })).toEqual(["3: vLLM batches requests continuously."]);
    expect(messages({ framework: vllm, max_num_seqs: fact(1) })).toEqual([]);
    expect(messages({ framework: vllm, max_concurrency: fact(1) })).toEqual([]);
  });

  test("an autoscaler, down to none where it says so", () => {
    expect(messages({ replicas_min: fact(0, 8), replicas_max: fact(4, 9) })).toEqual([
      "9: An autoscaler follows the load, down to none: replicas that wait are let go.",
    ]);
    expect(messages({ autoscaled: fact(true, 7) })[0]).toContain("An autoscaler follows the load:");
  });

  test("4-bit weights above the crossover, with the rows; not below it", () => {
    const nf4 = (model: string) =>
      goodPractices(subjectOf({ quantization: fact("nf4") }, workloadOf(model, "card-a", { precision: "nf4" })));
    expect(nf4("org/large")[0]?.evidence).toContain("large-nf4");
    expect(nf4("org/small")).toEqual([]);
  });

  test("nothing is praised of training or of another device", () => {
    expect(messages({ use_cache: fact(true) }, null, { purpose: "training" })).toEqual([]);
    expect(messages({ framework: vllm, device: fact("cpu" as const) })).toEqual([]);
  });
});

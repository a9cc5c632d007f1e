import { describe, expect, it } from "vitest";
import { batchSizeOne } from "./batch-size-one.ts";
import { fact, subjectOf, workloadOf } from "./fixture-catalogue.test-data.ts";

describe("batch-size-one", () => {
  it("reads a loop's waste from measured batch series", () => {
    const subject = subjectOf({ generates_one_by_one: fact(true, 9) }, workloadOf("org/large", "card-a"));
    const [finding] = batchSizeOne.check(subject);
    expect(finding).toMatchObject({ line: 9, impact_percent: { low: 80, high: 80 } });
    expect(finding?.evidence).toEqual(["large-fp16", "large-batch8"]);
    expect(finding?.message).toContain("CARD-A");
  });

  it("gives no number for a bounded server that could not be estimated", () => {
    const [finding] = batchSizeOne.check(subjectOf({ max_num_seqs: fact(1), framework: fact("vllm" as const) }));
    expect(finding).toMatchObject({ line: 7, impact_percent: null });
    expect(finding?.fix.code).toBe("--max-num-seqs 256");
  });

  it("sees a web handler without batching", () => {
    expect(batchSizeOne.check(subjectOf({ serves_requests: fact(true) }))).toHaveLength(1);
  });

  it.each([
    ["a batched call", subjectOf({ generates_one_by_one: fact(true), batch_size: fact(8) })],
    ["a bound above 1", subjectOf({ max_num_seqs: fact(2) })],
    ["training", subjectOf({ generates_one_by_one: fact(true) }, null, { purpose: "training" })],
    ["a vLLM engine behind a handler", subjectOf({ serves_requests: fact(true), framework: fact("vllm" as const) })],
  ])("is silent on %s", (_name, subject) => {
    expect(batchSizeOne.check(subject)).toEqual([]);
  });
});

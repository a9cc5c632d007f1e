import { describe, expect, it } from "vitest";
import { fact, subjectOf, workloadOf } from "./fixture-catalogue.test-data.ts";
import { nf4SmallModel } from "./nf4-small-model.ts";

const facts = { load_in_4bit: fact(true), quantization: fact("nf4") };
const nf4 = (model: string, gpu: string) => workloadOf(model, gpu, { precision: "nf4" });

describe("nf4-small-model", () => {
  it("names the GPU, the rows and the crossover below it", () => {
    const [finding] = nf4SmallModel.check(subjectOf(facts, nf4("org/small", "card-a")));
    expect(finding?.message).toMatch(/\+40 %.*CARD-A.*on this GPU/);
    expect(finding?.evidence).toEqual(["small-nf4", "small-fp16"]);
    expect(finding?.impact_percent?.low).toBeCloseTo(100 * (1 - 1 / 1.4));
  });

  it("says so when the rows are of other GPUs", () => {
    const [finding] = nf4SmallModel.check(subjectOf(facts, nf4("org/small", "card-b")));
    expect(finding?.message).toMatch(/over all GPUs that were measured/);
  });

  it.each([
    ["above the crossover", subjectOf(facts, nf4("org/large", "card-a"))],
    ["when the model is not known", subjectOf(facts)],
    ["in training", subjectOf(facts, nf4("org/small", "card-a"), { purpose: "training" })],
    [
      "under vLLM, whose kernels nobody measured",
      subjectOf({ ...facts, framework: fact("vllm" as const) }, nf4("org/small", "card-a")),
    ],
    ["without 4-bit weights", subjectOf({}, nf4("org/small", "card-a"))],
  ])("is silent %s", (_name, subject) => {
    expect(nf4SmallModel.check(subject)).toEqual([]);
  });
});

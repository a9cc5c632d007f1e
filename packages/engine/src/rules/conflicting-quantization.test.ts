import { describe, expect, it } from "vitest";
import { conflictingQuantization } from "./conflicting-quantization.ts";
import { fact, subjectOf } from "./fixture-catalogue.test-data.ts";

const loads = (model: string, quantization: string) =>
  subjectOf({ model_id: fact(model), quantization: fact(quantization, 9) });

describe("conflicting-quantization", () => {
  it("finds 8-bit and 4-bit in one configuration", () => {
    const subject = subjectOf({
      load_in_8bit: fact(true, 3),
      load_in_4bit: fact(true, 4),
      quantization: fact("int8_default"),
    });
    expect(conflictingQuantization.check(subject)).toMatchObject([{ line: 4, always_critical: true }]);
  });

  it.each([
    ["org/m-AWQ", "nf4"],
    ["org/m-FP8", "awq"],
    ["openai/gpt-oss-20b", "nf4"],
    ["org/m-GPTQ-Int4", "int8_default"],
  ])("finds %s with %s", (model, quantization) => {
    expect(conflictingQuantization.check(loads(model, quantization))).toMatchObject([{ line: 9 }]);
  });

  it.each([
    ["org/m-AWQ", "awq"],
    ["unsloth/m-bnb-4bit", "nf4"],
    ["org/m", "nf4"],
    ["org/m-FP8", "fp8"],
  ])("is silent on %s with %s", (model, quantization) => {
    expect(conflictingQuantization.check(loads(model, quantization))).toEqual([]);
  });

  it("is silent when only one of the two is True", () => {
    expect(conflictingQuantization.check(subjectOf({ load_in_8bit: fact(false), load_in_4bit: fact(true) }))).toEqual(
      [],
    );
  });
});

import { describe, expect, it } from "vitest";
import { fact, subjectOf } from "./fixture-catalogue.test-data.ts";
import { noTorchCompile } from "./no-torch-compile.ts";

describe("no-torch-compile", () => {
  it("is an info without a number: nobody measured it", () => {
    expect(noTorchCompile.check(subjectOf({}))[0]).toMatchObject({
      impact_percent: null,
      evidence: [],
      at_most: "info",
    });
  });

  it.each([
    ["a compiled model", subjectOf({ torch_compile: fact(true) })],
    ["a serving engine", subjectOf({ framework: fact("vllm" as const) })],
    ["bitsandbytes weights", subjectOf({ load_in_4bit: fact(true) })],
    ["training", subjectOf({}, null, { purpose: "training" })],
  ])("is silent on %s", (_name, subject) => {
    expect(noTorchCompile.check(subject)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { row } from "../../../../test/support/toy-evidence.ts";
import { fact, measuredBy, subjectOf } from "./fixture-catalogue.test-data.ts";
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

  it("says how to measure it where nobody did", () => {
    const how = noTorchCompile.check(subjectOf({ model_id: fact("org/large") }))[0]?.how_to_measure;
    expect(how).toContain("Not measured here; run: `python measure/measure.py --model org/large --dtype fp16 ");
    expect(noTorchCompile.check(subjectOf({}))[0]?.how_to_measure).toContain("--plan measure/plans/rules.yaml");
  });

  it("has the number of a pair of runs, and cites both", () => {
    const subject = subjectOf({}, null, {
      catalogue: measuredBy(
        row({ id: "on", torch_compile: true, energy_j_per_token: 7 }),
        row({ id: "off", energy_j_per_token: 10 }),
      ),
    });
    const [finding] = noTorchCompile.check(subject);
    expect(finding).toMatchObject({ evidence: ["on", "off"] });
    expect(finding?.at_most).toBeUndefined();
    expect(finding?.how_to_measure).toBeUndefined();
    expect(finding?.message).toContain("energy per token (Toy Card, batch 1)");
    const { low = 0, high = 0 } = finding?.impact_percent ?? {};
    expect((low + high) / 2).toBeCloseTo(30, 0);
  });

  it("is silent where the pairs say that compiling saves nothing", () => {
    const worse = row({ id: "on", torch_compile: true, energy_j_per_token: 20 });
    expect(noTorchCompile.check(subjectOf({}, null, { catalogue: measuredBy(worse, row({ id: "off" })) }))).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { fact, subjectOf, workloadOf } from "./fixture-catalogue.test-data.ts";
import { int8Default } from "./int8-default.ts";

const facts = { load_in_8bit: fact(true), quantization: fact("int8_default") };
const int8 = (gpu: string, model = "org/large") => workloadOf(model, gpu, { precision: "int8_default" });

describe("int8-default", () => {
  it("is critical, at the flag's line, with the rows of the GPU", () => {
    const [finding, ...others] = int8Default.check(subjectOf(facts, int8("card-a")));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ path: "app.py", line: 7, always_critical: true });
    expect(finding?.message).toContain("+100 %");
    expect(finding?.evidence).toContain("large-int8");
  });

  it("advises what the evidence prefers: NF4 where it clearly beats FP16 on this GPU", () => {
    const [finding] = int8Default.check(subjectOf(facts, int8("card-a")));
    expect(finding?.fix.description).toMatch(/^Use NF4/);
    expect(finding?.fix.description).toMatch(/quality/);
    expect(finding?.impact_percent?.low).toBeCloseTo(60);
  });

  it("advises FP16 where this GPU has no rows of its own and the model fits", () => {
    const [finding] = int8Default.check(subjectOf(facts, int8("card-b")));
    expect(finding?.fix.description).toMatch(/^Load in FP16/);
    expect(finding?.impact_percent).toEqual({ low: 50, high: 50 });
    expect(finding?.message).toContain("no near row on this GPU");
  });

  it("does not advise FP16 where it does not fit", () => {
    const [finding] = int8Default.check(subjectOf(facts, int8("card-b", "org/huge")));
    expect(finding?.fix.description).not.toMatch(/FP16/);
  });

  it.each([
    ["card-a", "org/large", /^Use NF4/, "--quantize bitsandbytes-nf4"],
    ["card-b", "org/large", /^Serve in FP16/, "--dtype float16"],
    ["card-b", "org/huge", /^Use NF4/, "--quantize bitsandbytes-nf4"],
  ])("tells TGI on %s with %s what its launcher can do", (gpu, model, description, flag) => {
    const [finding] = int8Default.check(subjectOf({ ...facts, framework: fact("tgi" as const) }, int8(gpu, model)));
    expect(finding?.fix.description).toMatch(description);
    expect(finding?.fix.description).not.toContain("llm_int8_threshold");
    expect(finding?.fix.code).toBe(`text-generation-launcher --model-id MODEL ${flag}`);
  });

  it("says that the GPU was assumed, and reads that GPU's rows", () => {
    const assumed = ["hardware_platform"];
    const fleet = { kind: "unknown", missing: "nothing", nearest_evidence: [], how_to_measure: "nothing" } as const;
    const [finding] = int8Default.check(subjectOf(facts, int8("card-a"), { assumed, fleet }));
    expect(finding?.message).toContain("GPU assumed: CARD-A;");
    expect(finding?.evidence).toContain("large-int8");
    const [place] = int8Default.check(subjectOf(facts, int8("card-a"), { assumed }));
    expect(place?.message).toContain("the GPU is not stated");
  });

  it("speaks without a GPU or a model too", () => {
    const [finding] = int8Default.check(subjectOf(facts));
    expect(finding?.message).toContain("the GPU is not stated");
  });

  it.each([
    ["    load_in_8bit=True,", "    load_in_8bit=True, llm_int8_threshold=0.0,", 5],
    ['    "load_in_8bit": True}', '    "load_in_8bit": True, "llm_int8_threshold": 0.0}', 5],
  ])("edits %j", (line, replacement, column) => {
    const content = `${"\n".repeat(6)}${line}\n`;
    const at = { path: "app.py", line: 7, column, end_line: 7 };
    const subject = subjectOf({ ...facts, load_in_8bit: { value: true, at } }, null, {
      file: { path: "app.py", content },
    });
    expect(int8Default.check(subject)[0]?.fix.edit).toEqual({ path: "app.py", line: 7, end_line: 7, replacement });
  });

  it("offers no edit where the flag is not written there", () => {
    const subject = subjectOf(facts, null, { file: { path: "app.py", content: `${"\n".repeat(6)}EIGHT = True` } });
    expect(int8Default.check(subject)[0]?.fix.edit).toBeUndefined();
  });

  it.each([
    ["pure INT8", { quantization: fact("int8_pure") }, "inference"],
    ["no quantization", {}, "inference"],
    ["an unknown threshold", { load_in_8bit: fact(true) }, "inference"],
    ["training", facts, "training"],
  ] as const)("is silent on %s", (_name, given, purpose) => {
    expect(int8Default.check(subjectOf(given, null, { purpose }))).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { Facts } from "../domain/deployment.ts";
import { fact, subjectOf, workloadOf } from "./fixture-catalogue.test-data.ts";
import { fp32Inference } from "./fp32-inference.ts";

describe("fp32-inference", () => {
  it("stands at the dtype and says that it is not measured", () => {
    const [finding] = fp32Inference.check(subjectOf({ dtype: fact("fp32", 9), model_id: fact("org/large") }));
    expect(finding).toMatchObject({ line: 9, impact_percent: null });
    expect(finding?.how_to_measure).toContain("python measure/measure.py --model org/large");
  });

  it.each([
    ["m = f(x, torch_dtype=torch.float32)", "m = f(x, torch_dtype=torch.bfloat16)", 10],
    ['m = f(x, torch_dtype="float32")', 'm = f(x, torch_dtype="bfloat16")', 10],
    ["  - --dtype=float32", "  - --dtype=bfloat16", 5],
    ["  vllm serve m --dtype float \\", "  vllm serve m --dtype bfloat16 \\", 16],
  ])("edits %j", (line, replacement, column) => {
    const at = { path: "app.py", line: 1, column, end_line: 1 };
    const file = { path: "app.py", content: line };
    const [finding] = fp32Inference.check(subjectOf({ dtype: { value: "fp32", at } }, null, { file }));
    expect(finding?.fix.edit).toEqual({ path: "app.py", line: 1, end_line: 1, replacement });
  });

  it("edits the value that stands on the next line", () => {
    const file = { path: "app.py", content: "- --dtype\n- float32\n" };
    const at = { path: "app.py", line: 1, column: 3, end_line: 1 };
    const [finding] = fp32Inference.check(subjectOf({ dtype: { value: "fp32", at } }, null, { file }));
    expect(finding?.fix.edit).toEqual({ path: "app.py", line: 2, end_line: 2, replacement: "- bfloat16" });
  });

  it("advises float16 on a card without bfloat16", () => {
    const workload = workloadOf("org/large", "card-a");
    const subject = subjectOf({ dtype: fact("fp32") }, workload);
    const old = { ...workload.gpu, supports_bf16: false };
    const catalogue = { ...subject.catalogue, gpuById: new Map([[old.id, old]]) };
    expect(fp32Inference.check({ ...subject, catalogue })[0]?.fix.description).toContain("float16");
  });

  it.each<[string, Facts, Parameters<typeof subjectOf>[2]]>([
    ["16 bit", { dtype: fact("bf16") }, {}],
    ["no dtype", {}, {}],
    ["the compute dtype of a quantization", { dtype: fact("fp32"), quantization: fact("nf4") }, {}],
    ["training", { dtype: fact("fp32") }, { purpose: "training" }],
  ])("is silent on %s", (_name, facts, more) => {
    expect(fp32Inference.check(subjectOf(facts, null, more))).toEqual([]);
  });
});

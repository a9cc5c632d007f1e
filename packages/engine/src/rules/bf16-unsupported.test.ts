import { describe, expect, it } from "vitest";
import type { Facts } from "../domain/deployment.ts";
import { bf16Unsupported } from "./bf16-unsupported.ts";
import { fact, fixtureCatalogue, subjectOf, workloadOf } from "./fixture-catalogue.test-data.ts";

const workload = workloadOf("org/large", "card-a");
const old = { ...workload.gpu, supports_bf16: false, compute_capability: "7.5" };
const catalogue = { ...fixtureCatalogue, gpuById: new Map([...fixtureCatalogue.gpuById, [old.id, old]]) };
const check = (facts: Facts, more: Parameters<typeof subjectOf>[2] = {}) =>
  bf16Unsupported.check(subjectOf(facts, { ...workload, gpu: old }, { catalogue, ...more }));

describe("bf16-unsupported", () => {
  it("stands at the dtype and names the card", () => {
    const [finding] = check({ dtype: fact("bf16", 8), framework: fact("vllm" as const) });
    expect(finding).toMatchObject({ line: 8, impact_percent: null });
    expect(finding?.message).toMatch(/CARD-A \(compute capability 7\.5; 8\.0 is needed\): the engine refuses to start/);
    expect(check({ dtype: fact("bf16") })[0]?.message).toContain("it is emulated");
  });

  it.each([
    ["f(torch_dtype=torch.bfloat16)", "f(torch_dtype=torch.float16)"],
    ["- --dtype=bfloat16", "- --dtype=float16"],
  ])("edits %j", (line, replacement) => {
    const at = { path: "app.py", line: 1, column: 1, end_line: 1 };
    const [finding] = check({ dtype: { value: "bf16", at } }, { file: { path: "app.py", content: line } });
    expect(finding?.fix.edit?.replacement).toBe(replacement);
  });

  it("is silent on other dtypes, other cards, an assumed card and in training", () => {
    expect(check({ dtype: fact("fp16") })).toEqual([]);
    expect(check({ dtype: fact("auto") })).toEqual([]);
    expect(check({ dtype: fact("bf16") }, { assumed: ["hardware_platform"] })).toEqual([]);
    expect(check({ dtype: fact("bf16") }, { purpose: "training" })).toEqual([]);
    expect(bf16Unsupported.check(subjectOf({ dtype: fact("bf16") }, workload))).toEqual([]);
    expect(bf16Unsupported.check(subjectOf({ dtype: fact("bf16") }))).toEqual([]);
  });
});

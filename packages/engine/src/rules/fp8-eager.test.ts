import { describe, expect, it } from "vitest";
import type { Facts } from "../domain/deployment.ts";
import { fact, subjectOf } from "./fixture-catalogue.test-data.ts";
import { fp8Eager } from "./fp8-eager.ts";

const torchao = { quantization: fact("fp8", 6), quantization_library: fact("torchao" as const) };
const vllm = { framework: fact("vllm" as const), quantization: fact("fp8") };

describe("fp8-eager", () => {
  it("torchao without torch.compile, at the configuration", () => {
    const [finding] = fp8Eager.check(subjectOf(torchao));
    expect(finding).toMatchObject({ line: 6, impact_percent: null });
    expect(finding?.how_to_measure).toContain("Not measured here");
  });

  it("vLLM told not to use CUDA graphs, at the flag", () => {
    expect(fp8Eager.check(subjectOf({ ...vllm, enforce_eager: fact(true, 14) }))[0]).toMatchObject({ line: 14 });
  });

  it.each<[string, Facts, Parameters<typeof subjectOf>[2]]>([
    ["a compiled model", { ...torchao, torch_compile: fact(true) }, {}],
    ["another library", { quantization: fact("fp8") }, {}],
    ["another precision", { ...torchao, quantization: fact("bf16") }, {}],
    ["vLLM with its graphs", vllm, {}],
    ["enforce_eager at 16 bit", { framework: fact("vllm" as const), enforce_eager: fact(true) }, {}],
    ["training", torchao, { purpose: "training" }],
  ])("is silent on %s", (_name, facts, more) => {
    expect(fp8Eager.check(subjectOf(facts, null, more))).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { fact, subjectOf, workloadOf } from "./fixture-catalogue.test-data.ts";
import { modelGpuFit } from "./model-gpu-fit.ts";

const model_id = fact("org/huge");

describe("model-gpu-fit", () => {
  it("shows the arithmetic of what does not fit, at the GPU's line", () => {
    const subject = subjectOf({ model_id, gpus_per_replica: fact(1, 20) }, workloadOf("org/huge", "card-b"));
    const [finding] = modelGpuFit.check(subject);
    expect(finding).toMatchObject({ line: 20, always_critical: true });
    expect(finding?.message).toMatch(/weights 140 GB \(fp16\) \+ KV cache .* = 141 GB; 1 × CARD-B has 80 GB/);
    expect(finding?.fix.description).toContain("2 GPUs");
  });

  it.each([
    ["transformers", "card-b", 'AutoModelForCausalLM.from_pretrained(MODEL, device_map="auto")'],
    ["vllm", "card-b", "--tensor-parallel-size 2"],
    ["vllm", "card-c", ""],
  ] as const)("offers %s on %s only what the count was reckoned for", (framework, gpu, code) => {
    const workload = workloadOf("org/huge", "card-b", { framework });
    const tiny = { ...workload, gpu: { ...workload.gpu, id: gpu, vram_gb: 4 } };
    const subject = subjectOf({ model_id, framework: fact(framework) }, gpu === "card-c" ? tiny : workload);
    expect(modelGpuFit.check(subject)[0]?.fix.code).toBe(code);
  });

  it("counts the GPUs that the engine uses, and offers those that it was given", () => {
    const facts = { model_id, framework: fact("vllm" as const), gpus_per_replica: fact(4, 20) };
    const [finding] = modelGpuFit.check(subjectOf(facts, workloadOf("org/huge", "card-b", { framework: "vllm" })));
    expect(finding?.message).toContain("1 × CARD-B has 80 GB: the engine uses no more of the 4 asked for");
    expect(finding?.fix.code).toBe("--tensor-parallel-size 4");
  });

  it("is a warning where the number of GPUs is assumed", () => {
    const subject = subjectOf({ model_id }, workloadOf("org/huge", "card-b"), { assumed: ["num_gpus"] });
    expect(modelGpuFit.check(subject)[0]).toMatchObject({ at_most: "warning" });
  });

  it("counts the length that the engine is told to hold", () => {
    const vllm = { framework: fact("vllm" as const), model_id: fact("org/large"), max_model_len: fact(131_072) };
    expect(modelGpuFit.check(subjectOf(vllm, workloadOf("org/large", "card-a", { framework: "vllm" })))).toHaveLength(
      1,
    );
  });

  it("sizes a quantized checkpoint by its own precision", () => {
    const subject = subjectOf({ model_id: fact("org/huge-AWQ") }, workloadOf("org/huge", "card-b"));
    expect(modelGpuFit.check(subject)).toEqual([]);
  });

  it("tells of a model without a known shape what its weights alone make sure", () => {
    const workload = workloadOf("org/huge", "card-b", { framework: "vllm" });
    const shapeless = { ...workload, model: { ...workload.model, id: "org/new", architecture: null } };
    expect(modelGpuFit.check(subjectOf({ model_id: fact("org/new") }, shapeless))).toHaveLength(1);
  });

  it("tells a quantization that is only there to fit, where it costs", () => {
    const given = { model_id: fact("org/large"), quantization: fact("int8_pure", 3), batch_size: fact(80) };
    const subject = subjectOf(given, workloadOf("org/large", "card-a", { precision: "int8_pure" }));
    expect(modelGpuFit.check(subject)[0]).toMatchObject({ line: 3, at_most: "info", impact_percent: null });
  });

  it.each([
    ["fits", subjectOf({ model_id: fact("org/large") }, workloadOf("org/large", "card-a"))],
    [
      "has an assumed GPU",
      subjectOf({ model_id }, workloadOf("org/huge", "card-a"), { assumed: ["hardware_platform"] }),
    ],
    ["is not resolved", subjectOf({ model_id })],
    ["is training", subjectOf({ model_id }, workloadOf("org/huge", "card-a"), { purpose: "training" })],
  ])("is silent when it %s", (_name, subject) => {
    expect(modelGpuFit.check(subject)).toEqual([]);
  });
});

// The issue's own numbers on the real evidence, without a host.

import type { Quantity } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { ISSUE, LLAMA, MISTRAL } from "./support/questions.ts";
import { catalogue, codesOf, outcomeOf, problemOf, reportOf, warningOf } from "./support/run-protocol.ts";

const holds = (q: Quantity | null): boolean => q !== null && q.low <= q.value && q.value <= q.high && q.low < q.high;

describe("ESTIMATE: Mistral-7B, pure INT8, batch 8 on an A800", () => {
  const report = reportOf("estimate", ISSUE);

  test("1,108 J per 1k tokens, measured, gross", () => {
    expect(report.current.metrics.energy_j_per_1k_tokens.value).toBeCloseTo(1108, 0);
    expect(report.current.basis).toMatchObject({ tier: "measured", convention: "gross" });
  });

  test("86.7 kWh, $10.40 and 33.8 kgCO2e a month, each inside its interval", () => {
    const { energy_kwh, cost_usd, carbon_kgco2e } = report.current.monthly;
    expect(energy_kwh.value).toBeCloseTo(86.7, 1);
    expect(cost_usd?.value).toBeCloseTo(10.4, 1);
    expect(carbon_kgco2e?.value).toBeCloseTo(33.8, 1);
    expect([energy_kwh, cost_usd, carbon_kgco2e].every(holds)).toBe(true);
  });

  test("every evidence id is a row of the catalogue, and the first gave the value", () => {
    const rows = report.current.basis.evidence.map((id) => catalogue.measurementById.get(id));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).not.toContain(undefined);
    expect(rows[0]).toMatchObject({ gpu: "a800", precision: "int8_pure", batch_size: 8 });
    expect(1000 * (rows[0]?.energy_j_per_token ?? 0)).toBe(report.current.metrics.energy_j_per_1k_tokens.value);
  });

  test("defaults are told as assumed", () => {
    expect(report.configuration.assumed).toEqual([
      "generation_length",
      "framework",
      "num_gpus",
      "precision",
      "region",
      "pue",
    ]);
    expect(report.configuration).toMatchObject({
      generation_length: 256,
      framework: "transformers",
      region: "us",
      pue: 1.1,
    });
  });

  test("the optimized configuration beats it, and the savings are the difference", () => {
    const { current, optimized, savings } = report;
    expect(optimized.monthly.energy_kwh.value).toBeLessThan(current.monthly.energy_kwh.value);
    expect(savings.energy_kwh.value).toBeCloseTo(
      current.monthly.energy_kwh.value - optimized.monthly.energy_kwh.value,
      9,
    );
    expect(savings.percent.high).toBeLessThanOrEqual(100);
    expect(report.breakdown.reduce((s, step) => s + step.effect_percent, 0)).toBeCloseTo(-savings.percent.value, 6);
  });
});

describe("batch, GPU and precision at their bounds", () => {
  test("batch 24 is interpolated between its measured neighbours", () => {
    const { basis, metrics } = reportOf("estimate", { ...ISSUE, batch_size: 24 }).current;
    expect(basis.tier).toBe("interpolated");
    const batches = basis.evidence.map((id) => catalogue.measurementById.get(id)?.batch_size);
    expect(batches.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([16, 32]);
    const at = (batch_size: number) =>
      reportOf("estimate", { ...ISSUE, batch_size }).current.metrics.energy_j_per_1k_tokens.value;
    expect(metrics.energy_j_per_1k_tokens.value).toBeLessThan(at(16));
    expect(metrics.energy_j_per_1k_tokens.value).toBeGreaterThan(at(32));
  });

  test("batch 65 is refused with the bound, and recommends to benchmark", () => {
    const problem = problemOf("estimate", { ...ISSUE, batch_size: 65 });
    expect(problem).toMatchObject({ type: "invalid-input", status: 422 });
    expect(problem.errors).toHaveLength(1);
    expect(problem.errors[0]).toMatchObject({ parameter: "batch_size", received: "65" });
    expect(problem.errors[0]?.message).toMatch(/1 to 64.*benchmark/);
  });

  test("under vLLM the bound is the largest measured batch of that GPU", () => {
    const problem = problemOf("estimate", {
      model_id: LLAMA,
      hardware_platform: "h100-sxm",
      framework: "vllm",
      batch_size: 5000,
    });
    const largest = Math.max(
      ...catalogue.usable.flatMap((row) => (row.framework === "vllm" && row.gpu === "h100-sxm" ? row.batch_size : [])),
    );
    expect(problem.errors[0]?.message).toContain(`1 to ${Math.round(largest)}`);
  });

  test("rtx4090dd is refused with a suggestion", () => {
    const problem = problemOf("estimate", { ...ISSUE, hardware_platform: "rtx4090dd" });
    expect(problem.errors[0]).toMatchObject({
      parameter: "hardware_platform",
      received: "rtx4090dd",
      did_you_mean: "rtx4090d",
    });
    expect(problem.errors[0]?.allowed).toContain("rtx4090d");
  });

  test.each(["awq", "gptq"])("%s has no evidence: unknown, with how to measure it", (quantization) => {
    const problem = problemOf("estimate", { ...ISSUE, quantization });
    expect(problem).toMatchObject({ type: "unknown", status: 422, errors: [] });
    expect(problem.missing).toContain(quantization);
    expect(problem.how_to_measure).toMatch(/10 measured runs.*10 Hz/);
    expect(problem.nearest_evidence?.map((id) => catalogue.measurementById.get(id)?.gpu)).toContain("a800");
  });

  test.each(["mi300x", "gaudi3", "tpu-v5e"])("%s is a GPU without evidence: unknown", (hardware_platform) => {
    for (const id of ["estimate", "optimize", "compare"] as const) {
      expect(problemOf(id, { model_id: MISTRAL, hardware_platform })).toMatchObject({ type: "unknown", status: 422 });
    }
  });

  test("bf16 on a V100 is refused, as quantization and as precision", () => {
    for (const asked of [{ quantization: "bf16" }, { precision: "bf16" }]) {
      const [error] = problemOf("estimate", { model_id: MISTRAL, hardware_platform: "v100", ...asked }).errors;
      expect(error).toMatchObject({ parameter: Object.keys(asked)[0], received: "bf16" });
      expect(error?.message).toMatch(/Ampere or newer.*use fp16/);
    }
  });

  test("a model that does not fit is told with what would fit, and every alternative is accepted", () => {
    const asked = { model_id: "meta-llama/Llama-3.1-70B-Instruct", hardware_platform: "a800" };
    const problem = problemOf("estimate", asked);
    expect(problem).toMatchObject({ type: "does-not-fit", status: 422 });
    expect(problem.detail).toMatch(/needs about 142 GB .*has 80 GB/);
    expect(problem.alternatives?.map(({ change }) => change)).toEqual(
      expect.arrayContaining(["quantization", "num_gpus", "hardware_platform"]),
    );
    for (const { change, vram_gb, ...alternative } of problem.alternatives ?? []) {
      expect(vram_gb, change).toBeGreaterThan(0);
      expect(outcomeOf("estimate", { ...asked, ...alternative }).ok, JSON.stringify(alternative)).toBe(true);
    }
  });

  test("what would fit never asks for more GPUs than may be asked for", () => {
    const { alternatives } = problemOf("estimate", {
      model_id: "Org/Huge-6000B",
      hardware_platform: "a800",
      num_gpus: 64,
    });
    expect(alternatives?.filter(({ change }) => change === "num_gpus")).toEqual([]);
  });
});

describe("the skill's three example parameter sets, as they are written", () => {
  test.each([
    '{"model_id": "mistralai/Mistral-7B-Instruct-v0.2"}',
    '{"model_id": "Qwen/Qwen2-7B", "hardware_platform": "a800",\n"batch_size": 16, "quantization": "fp16"}',
    '{"model_id": "meta-llama/Llama-3-8B", "hardware_platform": "h100",\n"quantization": "int8_pure", "batch_size": 32,\n"sequence_length": 1024, "generation_length": 512}',
  ])("%s", (json) => {
    for (const id of ["estimate", "optimize", "compare"] as const) {
      expect(outcomeOf(id, JSON.parse(json)), id).toMatchObject({ ok: true });
    }
  });
});

test("Llama-3.1-8B on an H100 under vLLM at bf16, batch 64: 119 J per 1k tokens, measured", () => {
  const asked = { model_id: LLAMA, hardware_platform: "h100", framework: "vllm", quantization: "bf16", batch_size: 64 };
  const { current } = reportOf("estimate", asked);
  expect(current.metrics.energy_j_per_1k_tokens.value).toBeCloseTo(119, 0);
  expect(current.basis.tier).toBe("measured");
});

describe("COMPARE: Mistral-7B on the RTX 4090D", () => {
  const report = reportOf("compare", { model_id: "Mistral-7B", hardware_platform: "rtx4090d" });
  const column = (quantization: string) => {
    const found = report.columns.find((each) => each.quantization === quantization);
    if (!found) throw new Error(`no column ${quantization}`);
    return found;
  };

  test("NF4 first, default INT8 last", () => {
    expect(report.columns.map(({ quantization, rank }) => [quantization, rank])).toEqual([
      ["fp16", 2],
      ["nf4", 1],
      ["int8_default", 4],
      ["int8_pure", 3],
    ]);
    expect(report.recommendation.quantization).toBe("nf4");
    expect(warningOf(report, "accuracy-not-assessed")).toMatch(/nf4.*validate/i);
  });

  test("all columns come from one session", () => {
    const sessions = report.columns.map(({ basis }) => catalogue.measurementById.get(basis?.evidence[0] ?? "")?.source);
    expect(new Set(sessions)).toEqual(new Set(["eco-rtx4090d-0212"]));
  });

  test("pure INT8 and FP16, 3 % apart, cannot be told apart, and that is said", () => {
    const delta = column("int8_pure").delta_energy_percent;
    expect(delta?.value).toBeCloseTo(3.06, 1);
    expect(delta?.low).toBeLessThan(0);
    expect(delta?.high).toBeGreaterThan(0);
    const told = report.paradox_warnings.find(({ quantization }) => quantization === "int8_pure");
    expect(told?.message).toContain("cannot be told apart");
  });

  test("default INT8 is told as a paradox, with the evidence", () => {
    const told = report.paradox_warnings.find(({ quantization }) => quantization === "int8_default");
    expect(told?.message).toMatch(/\+52\.6 %/);
    expect(told?.evidence).toEqual(["eco-rtx4090d-0212-0007", "eco-rtx4090d-0212-0005"]);
  });

  test("a column that does not fit has no numbers and says why", () => {
    const large = reportOf("compare", { model_id: "Qwen/Qwen2.5-14B-Instruct", hardware_platform: "rtx4090d" });
    const fp16 = large.columns.find(({ quantization }) => quantization === "fp16");
    expect(fp16).toMatchObject({ fits: false, metrics: null, rank: null });
    expect(fp16?.why_not).toMatch(/does not fit: needs .* GB/);
  });
});

describe("DIAGNOSE", () => {
  const asked = { model_id: MISTRAL, hardware_platform: "rtx4090d" };

  test("7.9 tok/s under load_in_8bit: the INT8 overhead, high confidence, fixes with evidence", () => {
    const report = reportOf("diagnose", { ...asked, quantization: "int8_default", observed_throughput_tok_s: 7.9 });
    expect(report).toMatchObject({ pattern: "int8_default_overhead", confidence: "high", how_to_measure: null });
    expect(report.match_percent).toBeGreaterThan(95);
    expect(report.root_cause).toContain("llm_int8_threshold=6.0");
    expect(report.fixes.map(({ title }) => title)).toEqual([
      expect.stringContaining("NF4"),
      expect.stringContaining("FP16"),
      expect.stringContaining("llm_int8_threshold=0.0"),
    ]);
    for (const fix of report.fixes)
      expect(fix.expected).toMatch(/eco-rtx4090d-0212-\d{4} against eco-rtx4090d-0212-0007/);
    expect(report.improvement?.energy?.percent).toBeCloseTo(-50.9, 1);
    expect(report.improvement?.monthly?.energy_kwh).toBeGreaterThan(0);
  });

  test("29 tok/s at FP16: as expected", () => {
    const report = reportOf("diagnose", { ...asked, quantization: "fp16", observed_throughput_tok_s: 29 });
    expect(report.root_cause).toMatch(/as expected/);
    expect(report).toMatchObject({ pattern: null, confidence: "high", fixes: [], improvement: null });
    expect(report.how_to_measure).toContain("10 measured runs");
  });

  test("the numbers of default INT8 under the name of FP16 are told as that, with less confidence", () => {
    const report = reportOf("diagnose", { ...asked, quantization: "fp16", observed_throughput_tok_s: 7.9 });
    expect(report).toMatchObject({ pattern: "int8_default_overhead", confidence: "medium" });
    expect(report.root_cause).toContain("although FP16 was named");
  });

  test("NF4 on a small model, with the energy in place of the throughput", () => {
    const expected = reportOf("estimate", {
      model_id: "Qwen/Qwen2-1.5B",
      hardware_platform: "rtx5090",
      quantization: "nf4",
    });
    const report = reportOf("diagnose", {
      model_id: "Qwen/Qwen2-1.5B",
      hardware_platform: "rtx5090",
      quantization: "nf4",
      observed_energy_j_per_1k_tokens: expected.current.metrics.energy_j_per_1k_tokens.value,
    });
    expect(report).toMatchObject({ pattern: "nf4_small_model", match_percent: 100 });
    expect(report.fixes[0]?.title).toContain("FP16");
  });

  test("energy follows from power and throughput", () => {
    const report = reportOf("diagnose", { ...asked, observed_throughput_tok_s: 25, observed_power_w: 200 });
    expect(report.observed.energy_j_per_1k_tokens).toBe(8000);
  });

  test("at least one observation is required", () => {
    expect(problemOf("diagnose", asked).errors[0]?.message).toContain("at least one of");
  });
});

describe("OPTIMIZE", () => {
  test("Qwen2-1.5B on the RTX 5090: FP16, not NF4 (+29.4 %), and a larger batch", () => {
    const report = reportOf("optimize", { model_id: "Qwen/Qwen2-1.5B", hardware_platform: "rtx5090" });
    expect(report.recommended?.configuration.quantization).toBe("fp16");
    expect(report.recommended?.configuration.batch_size).toBeGreaterThan(1);
    expect(report.pitfalls.find((text) => text.startsWith("NF4"))).toMatch(/\+29\.4 %.*measured in one session/);
  });

  test("Mistral-7B on the A800: not pure INT8, and the rule of thumb is contradicted by the evidence", () => {
    const report = reportOf("optimize", { model_id: MISTRAL, hardware_platform: "a800" });
    expect(report.recommended?.configuration.quantization).not.toBe("int8_pure");
    expect(report.pitfalls.join("\n")).toMatch(/INT8 \(pure\).*rule of thumb.*does not hold/);
  });

  test("a recommended quantized precision carries the accuracy caveat, a 16-bit one does not", () => {
    const nf4 = reportOf("optimize", { model_id: MISTRAL, hardware_platform: "rtx4090d", max_vram_gb: 8 });
    expect(nf4.recommended?.configuration.quantization).toBe("nf4");
    expect(warningOf(nf4, "accuracy-not-assessed")).toMatch(/validate on your own task/i);
    const fp16 = reportOf("optimize", { model_id: "Qwen/Qwen2-1.5B", hardware_platform: "rtx5090" });
    expect(codesOf(fp16)).not.toContain("accuracy-not-assessed");
  });

  test("a production API is batched by 8 or more, batch processing by 32 to 64; a latency budget wins", () => {
    const asked = { model_id: MISTRAL, hardware_platform: "a800" };
    const api = reportOf("optimize", { ...asked, use_case: "production_api" });
    expect(api.recommended?.configuration.batch_size).toBeGreaterThanOrEqual(8);
    expect(codesOf(api)).toContain("batch-one-in-production");
    const offline = reportOf("optimize", { ...asked, use_case: "batch_processing" });
    expect([32, 64]).toContain(offline.recommended?.configuration.batch_size);
    const chat = reportOf("optimize", { ...asked, use_case: "interactive_chat" });
    expect(chat.recommended?.configuration.batch_size).toBeLessThanOrEqual(8);
    expect(chat.insights.join("\n")).toMatch(/batching of concurrent users/);
    const latency = reportOf("estimate", asked).current.metrics.latency_ms_per_request?.value ?? 0;
    const quick = reportOf("optimize", { ...asked, use_case: "batch_processing", max_latency_ms: latency * 1.01 });
    expect(quick.recommended?.metrics.latency_ms_per_request?.value).toBeLessThanOrEqual(latency * 1.01);
  });

  test("where memory leaves no batch that suits the use case, there is still an answer", () => {
    const report = reportOf("optimize", {
      model_id: LLAMA,
      hardware_platform: "rtx4090",
      sequence_length: 32_768,
      use_case: "production_api",
    });
    expect(report.recommended?.configuration.batch_size).toBeLessThan(8);
  });

  test("a budget that nothing meets: no recommendation, the closest and the binding budget", () => {
    const report = reportOf("optimize", { model_id: MISTRAL, hardware_platform: "a800", max_latency_ms: 1 });
    expect(report.recommended).toBeNull();
    expect(report.binding_constraint).toMatchObject({ budget: "max_latency_ms", limit: 1 });
    expect(report.closest_infeasible?.violates[0]?.budget).toBe("max_latency_ms");
    expect(report.why[0]).toContain("No configuration meets");
  });

  test("a budget that excludes the optimum is the binding one", () => {
    const report = reportOf("optimize", { model_id: MISTRAL, hardware_platform: "a800", max_vram_gb: 18 });
    expect(report.recommended?.metrics.vram_gb?.value).toBeLessThanOrEqual(18);
    expect(report.binding_constraint).toMatchObject({ budget: "max_vram_gb", limit: 18 });
  });
});

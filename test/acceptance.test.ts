// The issue's own numbers and the contract's rules, on the real evidence, without a host.

import type { Quantity } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { catalogue, codesOf, outcomeOf, problemOf, reportOf, warningOf } from "./support/run-protocol.ts";

const MISTRAL = "mistralai/Mistral-7B-Instruct-v0.2";
const LLAMA = "meta-llama/Llama-3.1-8B-Instruct";
/** The curl of the issue. */
const ISSUE = {
  model_id: MISTRAL,
  hardware_platform: "a800",
  quantization: "int8_pure",
  batch_size: 8,
  sequence_length: 256,
  requests_per_month: 1_000_000,
} as const;

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

describe("names", () => {
  test.each([
    ["4090", "rtx4090"],
    ["NVIDIA-H100-80GB-HBM3", "h100-sxm"],
    ["h100", "h100-sxm"],
    ["a100", "a100-80gb"],
    ["RTX 4090D", "rtx4090d"],
  ])("GPU %s is %s, told", (name, id) => {
    const report = reportOf("estimate", { model_id: MISTRAL, hardware_platform: name });
    expect(report.configuration.hardware_platform).toBe(id);
    expect(warningOf(report, "gpu-alias")).toContain(name);
  });

  test("a card of two memory sizes: the smaller, told", () => {
    const report = reportOf("estimate", { model_id: MISTRAL, hardware_platform: "v100" });
    expect(warningOf(report, "gpu-memory-variant")).toMatch(/16 and 32 GB; the smaller/);
    expect(report.configuration.gpu_vram_gb).toBe(16);
  });

  test.each(["Mistral-7B", "mistralai/Mistral-7B"])("model %s is the newest of that architecture, told", (name) => {
    const report = reportOf("estimate", { model_id: name, hardware_platform: "a800" });
    expect(report.configuration.model_id).toBe("mistralai/Mistral-7B-Instruct-v0.3");
    expect(warningOf(report, "model-alias")).toContain("newest id of that architecture");
  });

  test("meta-llama/Llama-3-8B is Llama-3.1-8B-Instruct, told", () => {
    const report = reportOf("estimate", { model_id: "meta-llama/Llama-3-8B", hardware_platform: "a800" });
    expect(report.configuration.model_id).toBe(LLAMA);
    expect(warningOf(report, "model-alias")).toContain("meta-llama/Llama-3-8B");
  });

  test("a name without a precision is not taken for a quantized checkpoint", () => {
    const report = reportOf("optimize", {
      model_id: "Qwen/Qwen3-235B-A22B",
      hardware_platform: "h200",
      framework: "vllm",
      num_gpus: 8,
    });
    expect(report.configuration).toMatchObject({ quantization: "fp16", model_params_b: 235.09 });
    expect(report.configuration.model_id).not.toContain("FP8");
  });

  test("a model that nobody knows: parameters from its name, told, and a wider interval", () => {
    const report = reportOf("estimate", { model_id: "SomeOrg/Unknown-13B", hardware_platform: "a800" });
    expect(report.configuration).toMatchObject({ model_id: "SomeOrg/Unknown-13B", model_params_b: 13 });
    expect(warningOf(report, "parameters-from-name")).toContain("13B parameters");
    const known = reportOf("estimate", { model_id: "Qwen/Qwen2-7B", hardware_platform: "a800" });
    const factor = ({ value, high }: Quantity) => high / value;
    expect(report.current.basis).toMatchObject({ tier: "modelled", confidence: "low" });
    expect(factor(report.current.metrics.energy_j_per_1k_tokens)).toBeGreaterThan(
      factor(known.current.metrics.energy_j_per_1k_tokens),
    );
  });

  test.each(["foo", "Org/0x7B", "Org/0B"])("%s states no parameters: an error that says so", (model_id) => {
    const [error] = problemOf("estimate", { model_id }).errors;
    expect(error).toMatchObject({ parameter: "model_id", received: model_id });
    expect(error?.message).toContain("states no number of parameters");
  });

  test("versions of one architecture share their evidence, told", () => {
    const { basis } = reportOf("estimate", { model_id: MISTRAL, hardware_platform: "rtx4090d" }).current;
    expect(basis.notes).toContain("Measured on mistralai/Mistral-7B-Instruct-v0.3, which has the same architecture.");
  });
});

describe("rows of an unstated A100 or V100 never answer for another", () => {
  const unstated = new Set(catalogue.gpus.flatMap((gpu) => (gpu.variant_unstated ? gpu.id : [])));
  // Every model that has such a row, asked on every stated board of the family.
  const models = [...new Set(catalogue.usable.flatMap((row) => (unstated.has(row.gpu) ? row.model_id : [])))];

  test("the entries exist and answer to their id alone", () => {
    expect([...unstated].sort()).toEqual(["a100-unstated", "v100-unstated"]);
    expect(reportOf("compare", { model_id: MISTRAL, hardware_platform: "a100" }).configuration.hardware_platform).toBe(
      "a100-80gb",
    );
  });

  test.each(["a100-40gb", "a100-80gb", "a100-pcie", "v100", "a800"])("%s", (hardware_platform) => {
    for (const model_id of [...models, MISTRAL]) {
      for (const framework of ["transformers", "vllm"]) {
        const outcome = outcomeOf("estimate", { model_id, hardware_platform, framework, num_gpus: 1 });
        if (!outcome.ok) continue;
        const gpus = outcome.value.current.basis.evidence.map((id) => catalogue.measurementById.get(id)?.gpu ?? "");
        expect(
          gpus.filter((gpu) => unstated.has(gpu)),
          `${model_id} under ${framework}`,
        ).toEqual([]);
      }
    }
  });
});

describe("fp16 and bf16 answer for each other, noted", () => {
  const asked = { model_id: LLAMA, hardware_platform: "h100-sxm", framework: "vllm" };
  test.each([64, 48])("at batch %i", (batch_size) => {
    const at = (quantization: string) => reportOf("estimate", { ...asked, quantization, batch_size }).current;
    const [fp16, bf16] = [at("fp16"), at("bf16")];
    expect(fp16.metrics.energy_j_per_1k_tokens).toEqual(bf16.metrics.energy_j_per_1k_tokens);
    expect(fp16.basis.notes).toContain("Measured in bf16, which moves the same bytes as fp16.");
    expect(bf16.basis.notes.join("\n")).not.toContain("same bytes");
  });
});

describe("traffic and place", () => {
  test("requests_per_day counts 30.4 days a month", () => {
    const { configuration } = reportOf("estimate", { model_id: MISTRAL, requests_per_day: 1000 });
    expect(configuration.requests_per_month).toBeCloseTo(30_400, 9);
    expect(configuration.assumed).not.toContain("requests_per_month");
  });

  test("both a day's and a month's requests are refused", () => {
    const [error] = problemOf("estimate", { model_id: MISTRAL, requests_per_day: 1, requests_per_month: 1 }).errors;
    expect(error?.message).toContain("not both");
  });

  test("no traffic given: 1,000,000 a month, stated as assumed", () => {
    const report = reportOf("estimate", { model_id: MISTRAL });
    expect(report.configuration).toMatchObject({ requests_per_month: 1_000_000 });
    expect(warningOf(report, "assumed-requests")).toContain("1,000,000");
  });

  test.each([
    ["us", 0.12, 390],
    ["china", 0.085, 555],
  ])("%s has the skill's price and intensity", (region, price, grid) => {
    const { configuration } = reportOf("estimate", { model_id: MISTRAL, region });
    expect(configuration).toMatchObject({ region, electricity_usd_per_kwh: price, grid_gco2_per_kwh: grid });
  });

  test.each([
    ["DEU", "DEU"],
    ["de", "DEU"],
    ["Germany", "DEU"],
    ["europe-west1", "gcp:europe-west1"],
  ])("region %s has an intensity and no price: cost_usd is null, told", (name, id) => {
    const report = reportOf("estimate", { model_id: MISTRAL, region: name });
    expect(report.configuration.region).toBe(id);
    expect(report.current.monthly.cost_usd).toBeNull();
    expect(report.savings.cost_usd).toBeNull();
    expect(report.current.monthly.carbon_kgco2e?.value).toBeGreaterThan(0);
    expect(warningOf(report, "no-electricity-price")).toContain("Give electricity_usd_per_kwh");
  });

  test("a price of one's own wins over the region's", () => {
    const report = reportOf("estimate", { model_id: MISTRAL, region: "DEU", electricity_usd_per_kwh: 0.3 });
    const { energy_kwh, cost_usd } = report.current.monthly;
    expect(cost_usd?.value).toBeCloseTo(0.3 * energy_kwh.value, 9);
    expect(codesOf(report)).not.toContain("no-electricity-price");
  });

  test("an unknown region is refused, with a suggestion where one is near", () => {
    expect(problemOf("estimate", { model_id: MISTRAL, region: "us-east-1" }).errors[0]?.did_you_mean).toBe(
      "gcp:us-east1",
    );
    expect(problemOf("estimate", { model_id: MISTRAL, region: "???" }).errors[0]).not.toHaveProperty("did_you_mean");
  });

  test.each([
    ["a800", {}, 1.1],
    ["rtx4090d", {}, 1],
    ["a6000", {}, 1],
    ["a800", { deployment: "local" }, 1],
    ["rtx4090d", { deployment: "cloud" }, 1.1],
    ["a800", { deployment: "local", pue: 1.5 }, 1.5],
  ])("PUE of %s with %o is %f", (hardware_platform, asked, pue) => {
    expect(reportOf("estimate", { model_id: MISTRAL, hardware_platform, ...asked }).configuration.pue).toBe(pue);
  });

  test("rental is kept apart from electricity, and absent where no price was given", () => {
    const bare = reportOf("estimate", ISSUE).current.monthly;
    expect(bare).not.toHaveProperty("rental_usd");
    const rented = reportOf("estimate", { ...ISSUE, gpu_hour_usd: 2 }).current.monthly;
    expect(rented.cost_usd).toEqual(bare.cost_usd);
    expect(rented.rental_usd?.value).toBeCloseTo(2 * (bare.gpu_hours?.value ?? 0), 9);
  });
});

describe("lengths", () => {
  test("64 input tokens are below the bound", () => {
    expect(problemOf("estimate", { model_id: MISTRAL, sequence_length: 64 }).errors).toEqual([
      { parameter: "sequence_length", message: "expected at least 128", received: "64" },
    ]);
  });

  test("8192 input tokens: accepted with a warning and a wider interval", () => {
    const usual = reportOf("estimate", { model_id: MISTRAL }).current.metrics.energy_j_per_1k_tokens;
    const report = reportOf("estimate", { model_id: MISTRAL, sequence_length: 8192 });
    expect(warningOf(report, "length-beyond-measured")).toContain("8192");
    const long = report.current.metrics.energy_j_per_1k_tokens;
    expect(long.high / long.low).toBeGreaterThan(usual.high / usual.low);
  });

  test("beyond the context window is refused", () => {
    const [error] = problemOf("estimate", { model_id: MISTRAL, sequence_length: 40_000 }).errors;
    expect(error).toMatchObject({ parameter: "sequence_length", received: "40000" });
    expect(error?.message).toContain("context window of 32768");
  });

  test("input + output beyond the window: a warning up to 4096, an error above", () => {
    const small = { model_id: "facebook/opt-6.7b", hardware_platform: "a800" };
    expect(codesOf(reportOf("estimate", { ...small, sequence_length: 1900, generation_length: 200 }))).toContain(
      "context-window",
    );
    const phi = { model_id: "microsoft/Phi-3-mini-4k-instruct", hardware_platform: "a800" };
    expect(codesOf(reportOf("estimate", { ...phi, sequence_length: 3840, generation_length: 256 }))).not.toContain(
      "context-window",
    );
    const [error] = problemOf("estimate", { ...phi, sequence_length: 4000, generation_length: 256 }).errors;
    expect(error?.message).toMatch(/4256 exceeds .* context window of 4096/);
  });
});

describe("calibration", () => {
  const asked = { model_id: MISTRAL, hardware_platform: "rtx4090d" };

  test("at FP16, batch 1 the answer is the user's own run", () => {
    const { metrics, basis } = reportOf("estimate", {
      ...asked,
      calibration_throughput_tok_s: 20,
      calibration_power_w: 150,
    }).current;
    expect(metrics.throughput_tok_s?.value).toBeCloseTo(20, 9);
    expect(metrics.energy_j_per_1k_tokens.value).toBeCloseTo(7500, 6);
    expect(basis.notes[0]).toContain("0.69 times the evidence's host");
  });

  test("another precision is scaled by the evidence's own ratio", () => {
    const at = (quantization: string, calibration: object) =>
      reportOf("estimate", { ...asked, quantization, ...calibration }).current.metrics.energy_j_per_1k_tokens.value;
    const own = { calibration_throughput_tok_s: 20, calibration_power_w: 150 };
    expect(at("nf4", own) / at("fp16", own)).toBeCloseTo(at("nf4", {}) / at("fp16", {}), 9);
  });

  test("power alone is refused; under vLLM it is told that nothing is done with it", () => {
    expect(problemOf("estimate", { ...asked, calibration_power_w: 150 }).errors[0]?.parameter).toBe(
      "calibration_power_w",
    );
    const vllm = { model_id: LLAMA, hardware_platform: "h100", framework: "vllm", batch_size: 64 };
    const report = reportOf("estimate", { ...vllm, calibration_throughput_tok_s: 20 });
    expect(codesOf(report)).toContain("calibration-not-used");
    expect(report.current.metrics).toEqual(reportOf("estimate", vllm).current.metrics);
  });
});

describe("replicas: an always-on fleet under its traffic", () => {
  const fleet = (replicas: number, requests_per_month: number, more: object = {}) =>
    reportOf("estimate", {
      model_id: LLAMA,
      hardware_platform: "h100",
      framework: "vllm",
      batch_size: 64,
      replicas,
      requests_per_month,
      ...more,
    });

  test("doubling the replicas at the same traffic costs idle energy", () => {
    const [two, four] = [fleet(2, 100_000).current.monthly, fleet(4, 100_000).current.monthly];
    expect(four.energy_kwh.value).toBeGreaterThan(1.5 * two.energy_kwh.value);
    expect([two.gpu_hours?.value, four.gpu_hours?.value]).toEqual([2 * 730, 4 * 730]);
  });

  test("the fleet uses more than the same requests alone", () => {
    const alone = reportOf("estimate", {
      model_id: LLAMA,
      hardware_platform: "h100",
      framework: "vllm",
      batch_size: 64,
      requests_per_month: 100_000,
    });
    expect(fleet(1, 100_000).current.monthly.energy_kwh.value).toBeGreaterThan(alone.current.monthly.energy_kwh.value);
  });

  test("more traffic than capacity is told, with the replicas it needs; that many suffice", () => {
    const message = warningOf(fleet(1, 200_000_000), "overloaded");
    const needed = Number(/: ([\d,]+) are needed/.exec(message)?.[1]?.replaceAll(",", ""));
    expect(needed).toBeGreaterThan(1);
    expect(codesOf(fleet(needed, 200_000_000))).not.toContain("overloaded");
    expect(codesOf(fleet(needed - 1, 200_000_000))).toContain("overloaded");
  });

  test("an optimum is never a fleet that serves less of the traffic", () => {
    const asked = {
      model_id: MISTRAL,
      hardware_platform: "a800",
      batch_size: 1,
      replicas: 1,
      requests_per_month: 3_000_000,
    };
    expect(codesOf(reportOf("estimate", asked))).toContain("overloaded");
    expect(codesOf(reportOf("optimize", asked))).not.toContain("overloaded");
  });

  test("no replica at all: nothing is used, and that is told", () => {
    const report = fleet(0, 1000);
    expect(report.current.monthly.energy_kwh.value).toBe(0);
    expect(codesOf(report)).toContain("no-replicas");
  });
});

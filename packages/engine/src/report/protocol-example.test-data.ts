import type { Basis, Metrics, Monthly } from "../domain/estimate.ts";
import { exactly, within } from "../domain/interval.ts";
import type {
  Alternative,
  Candidate,
  CompareColumn,
  CompareReport,
  DiagnoseReport,
  EstimateReport,
  FleetAdvice,
  FleetChoice,
  LoadPoint,
  OptimizeReport,
} from "../domain/report.ts";
import type { Configuration } from "../domain/request.ts";

/** What a user can send as a model's name: markup, links, a mention, a comment, control and bidirectional characters. */
export const HOSTILE_MODEL =
  "<!-- x --><img src=x>|[a](javascript:b)@octocat #12 https://evil.example `code` **b**\n# heading\u202E-7B";

export const exampleConfiguration = (more: Partial<Configuration> = {}): Configuration => ({
  model_id: "org/some-model-7b_v2",
  hardware_platform: "gpu-x",
  num_gpus: 1,
  quantization: "fp16",
  precision: "fp16",
  framework: "transformers",
  batch_size: 8,
  sequence_length: 512,
  generation_length: 256,
  requests_per_month: 1_000_000,
  region: "us",
  pue: 1.1,
  electricity_usd_per_kwh: 0.12,
  grid_gco2_per_kwh: 390,
  replicas: null,
  use_case: null,
  assumed: ["region"],
  model_params_b: 7.25,
  gpu_name: "Maker GPU X",
  gpu_architecture: "Newton",
  gpu_vram_gb: 80,
  ...more,
});

export const exampleMetrics = (more: Partial<Metrics> = {}): Metrics => ({
  throughput_tok_s: within(232.5, 1.05),
  latency_ms_per_request: within(8809, 1.05),
  energy_j_per_1k_tokens: within(1108, 1.1),
  energy_j_per_request: within(283.6, 1.1),
  tokens_per_j: within(0.9025, 1.1),
  power_w: within(257, 1.05),
  gpu_utilization_percent: within(42, 1.05),
  vram_gb: within(15.4, 1.1),
  ...more,
});

/** Energy is all that the evidence gives. */
export const energyOnly: Metrics = exampleMetrics({
  throughput_tok_s: null,
  latency_ms_per_request: null,
  power_w: null,
  gpu_utilization_percent: null,
  vram_gb: null,
});

export const exampleMonthly = (more: Partial<Monthly> = {}): Monthly => ({
  requests: 1_000_000,
  energy_kwh: within(86.7, 1.1),
  cost_usd: within(10.404, 1.1),
  carbon_kgco2e: within(33.8, 1.1),
  gpu_hours: within(306, 1.05),
  ...more,
});
export const nothingPriced: Monthly = exampleMonthly({ cost_usd: null, carbon_kgco2e: null, gpu_hours: null });

export const exampleBasis = (more: Partial<Basis> = {}): Basis => ({
  tier: "measured",
  confidence: "high",
  evidence: ["some-session-0004"],
  convention: "gross",
  held_out_error_percent: 10.9,
  notes: ["some-session-0004 ran 256 + 256 tokens."],
  missing: {},
  ...more,
});

/** No row, no error known, and a reason for one null only. */
export const bareBasis: Basis = exampleBasis({
  tier: "modelled",
  confidence: "low",
  evidence: [],
  held_out_error_percent: null,
  notes: [],
  missing: { throughput_tok_s: "row-1 publishes energy only: not measured", power_w: "no power was logged" },
});

export const exampleCandidate = (more: Partial<Candidate> = {}): Candidate => ({
  configuration: exampleConfiguration(),
  metrics: exampleMetrics(),
  monthly: exampleMonthly(),
  basis: exampleBasis(),
  ...more,
});

/** Null wherever a null is allowed. */
export const bareConfiguration = (more: Partial<Configuration> = {}): Configuration => {
  const { gpu_name: _n, gpu_architecture: _a, ...rest } = exampleConfiguration();
  return {
    ...rest,
    electricity_usd_per_kwh: null,
    grid_gco2_per_kwh: null,
    model_params_b: null,
    gpu_vram_gb: null,
    assumed: [],
    ...more,
  };
};
export const bareCandidate = (more: Partial<Configuration> = {}): Candidate => ({
  configuration: bareConfiguration(more),
  metrics: energyOnly,
  monthly: nothingPriced,
  basis: bareBasis,
});

const envelope = { dataset_version: "2026.01.01+abc", configuration: exampleConfiguration(), warnings: [] };

export const exampleEstimate = (more: Partial<EstimateReport> = {}): EstimateReport => ({
  ...envelope,
  protocol: "estimate",
  current: exampleCandidate(),
  optimized: exampleCandidate({ configuration: exampleConfiguration({ batch_size: 64 }) }),
  savings: {
    energy_kwh: within(76, 1.1),
    cost_usd: within(9.14, 1.1),
    carbon_kgco2e: within(29.7, 1.1),
    percent: within(87.8, 1.05),
  },
  breakdown: [{ change: "batch 8 → 64", effect_percent: -87.8, why: "Weights are read once for the whole batch." }],
  ...more,
});

export const exampleAlternative = (more: Partial<Alternative> = {}): Alternative => ({
  ...exampleCandidate({ configuration: exampleConfiguration({ batch_size: 4 }) }),
  energy_percent: { value: -25.1, low: -28.3, high: -21.7 },
  probability_less_energy: 0.999,
  separable: true,
  ...more,
});

const examplePoint = (replicas: number, utilization: number): LoadPoint => ({
  requests_per_month: 1_000_000,
  replicas,
  utilization,
  mean_concurrency: 3.4,
  busy_fraction: 0.97,
  energy_j_per_request: within(400, 1.5),
  latency_ms_per_request: within(8809, 1.05),
});

const exampleChoice = (replicas: number, utilization: number): FleetChoice => ({
  ...exampleCandidate(),
  replicas,
  max_num_seqs: 256,
  utilization,
  mean_concurrency: 3.4,
  busy_fraction: 0.97,
});

export const exampleFleet = (more: Partial<FleetAdvice> = {}): FleetAdvice => ({
  recommended: exampleChoice(1, 0.31),
  max_num_seqs_sufficient: 16,
  given: {
    ...exampleChoice(3, 0.1),
    energy_percent: { value: -25.1, low: -28.3, high: -21.7 },
    probability_less_energy: 0.999,
    separable: true,
  },
  curve: [examplePoint(1, 0.1), examplePoint(1, 0.8), examplePoint(2, 0.45)],
  least_energy: examplePoint(1, 0.8),
  ...more,
});

export const exampleOptimize = (more: Partial<OptimizeReport> = {}): OptimizeReport => ({
  ...envelope,
  protocol: "optimize",
  recommended: exampleCandidate(),
  alternatives: [exampleAlternative({ configuration: exampleConfiguration({ quantization: "nf4" }) })],
  pareto_front: [exampleAlternative(), exampleAlternative({ configuration: exampleConfiguration({ batch_size: 1 }) })],
  fleet: exampleFleet(),
  searched: { configurations: 21, without_estimate: 1, within_budgets: 12 },
  binding_constraint: { budget: "max_latency_ms", limit: 9000, value: 12_345 },
  closest_infeasible: null,
  why: ["Batch 8 uses the least."],
  insights: ["Batch 64 would use less, at ten times the latency."],
  pitfalls: ["INT8 (default): load_in_8bit=True costs +52.6 % energy."],
  transparency: {
    hardware: "Maker GPU X",
    driver: "not recorded",
    software: "PyTorch 2.4.1, CUDA 12.1, transformers not recorded",
    method: "NVML at 10 Hz; n = 10",
    baseline: "some-session-0004",
    limitations: ["GPU board power only."],
  },
  ...more,
});

export const exampleColumn = (
  quantization: string,
  rank: number,
  more: Partial<CompareColumn> = {},
): CompareColumn => ({
  quantization,
  metrics: exampleMetrics(),
  monthly: exampleMonthly(),
  delta_energy_percent: quantization === "fp16" ? null : { value: 29.4, low: 25.8, high: 33.1 },
  rank,
  fits: true,
  absence: null,
  basis: exampleBasis(),
  ...more,
});

export const exampleCompare = (more: Partial<CompareReport> = {}): CompareReport => ({
  ...envelope,
  protocol: "compare",
  columns: [
    exampleColumn("fp16", 2),
    exampleColumn("nf4", 1, { delta_energy_percent: { value: -25.1, low: -28.3, high: -21.7 } }),
    exampleColumn("int8_default", 4),
    exampleColumn("int8_pure", 3),
  ],
  recommendation: {
    quantization: "nf4",
    reasons: ["NF4 uses the least energy: 4,691 J per 1k tokens."],
    against: [
      {
        quantization: "fp16",
        energy_percent: { value: -25.1, low: -28.3, high: -21.7 },
        throughput_percent: { value: -40.2, low: -46.3, high: -33.5 },
        cost_usd_month: { value: 13.38, low: 11.58, high: 15.11 },
        probability_less_energy: 0.999,
        separable: true,
      },
    ],
  },
  paradox_warnings: [{ quantization: "int8_default", message: "+52.6 % energy against FP16.", evidence: ["row-7"] }],
  advice: {
    memory: "NF4 (about 5.5 GB)",
    latency: "FP16 (about 8,809 ms)",
    cost: "NF4",
    accuracy: "16 bit. Validate.",
  },
  chart: "FP16 | ████ 6,260 J per 1k tokens\nNF4  | ███ 4,691 J per 1k tokens",
  ...more,
});

export const exampleDiagnose = (more: Partial<DiagnoseReport> = {}): DiagnoseReport => ({
  ...envelope,
  protocol: "diagnose",
  pattern: "int8_default_overhead",
  confidence: "high",
  match_percent: 99.7,
  observed: { throughput_tok_s: 7.9, power_w: null, energy_j_per_1k_tokens: null },
  expected: exampleCandidate({ configuration: exampleConfiguration({ quantization: "int8_default" }) }),
  deviation_percent: { throughput: 0.254, energy: null, power: null },
  expected_percentile: { throughput: 50.1, energy: null, power: null },
  root_cause: "Mixed-precision decomposition: llm_int8_threshold=6.0 splits every layer. +52.6 % energy against FP16.",
  secondary_factors: ["Batch 1: launches dominate."],
  measurement_evidence: [{ id: "some-session-0007", summary: "7.88 tok/s, 9,555 J per 1k tokens" }],
  fixes: [
    {
      title: "Set llm_int8_threshold=0.0",
      code: "BitsAndBytesConfig(load_in_8bit=True,\n  llm_int8_threshold=0.0)",
      expected: "−32.5 % energy.",
    },
  ],
  improvement: {
    throughput: { current: 7.9, expected: 14.2, percent: 79.6 },
    energy: { current: 9555, expected: 6452, percent: -32.5 },
    monthly: { cost_usd: 41.5, energy_kwh: 346, carbon_kgco2e: 135 },
    based_on: 1,
    confidence: "high",
    energy_from: "observation",
  },
  verification: ["Measure with: nvidia-smi dmon -s pucvmet -d 1", "Expected power draw: 91.3 W (currently 75.3 W)."],
  how_to_measure: null,
  ...more,
});

export const zeroSavings: EstimateReport["savings"] = {
  energy_kwh: exactly(0),
  cost_usd: null,
  carbon_kgco2e: null,
  percent: exactly(0),
};

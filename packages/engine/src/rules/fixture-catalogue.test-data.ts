import { type Catalogue, indexCatalogue } from "../domain/catalogue.ts";
import type { Deployment, Fact, Facts, Position } from "../domain/deployment.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Model } from "../domain/model.ts";
import type { Precision, PrecisionId } from "../domain/precision.ts";
import type { Resolved } from "../domain/request.ts";
import type { Workload } from "../domain/workload.ts";
import { COEFFICIENTS } from "../physics/coefficients.ts";
import type { RuleSubject } from "./rule.ts";

const gpu = (id: string, vram: number): Gpu => ({
  id,
  name: id.toUpperCase(),
  aliases: [],
  cloud_instances: [],
  vendor: "nvidia",
  class: "datacenter",
  architecture: "Test",
  compute_capability: "8.0",
  vram_gb: vram,
  vram_gb_variants: [vram],
  mem_type: null,
  mem_bandwidth_gb_s: 1000,
  fp16_dense_tflops: 100,
  fp16_dense_tflops_fp32_accumulate: 100,
  int8_dense_tops: 200,
  fp8_dense_tflops: null,
  tdp_w: 400,
  idle_w: 50,
  supports_bf16: true,
  supports_fp8: false,
  source: "fixture",
  confidence: "high",
});

const model = (id: string, params: number): Model => ({
  id,
  family: "test",
  params_b_total: params,
  params_b_active: params,
  architecture: {
    id: `test-${params}`,
    layers: 32,
    hidden_size: 4096,
    heads: 32,
    kv_heads: 8,
    head_dim: 128,
    experts: null,
    experts_per_token: null,
    attention_layers: null,
    sliding_window: null,
    sliding_layers: null,
    kv_bytes_per_token_bf16: 131_072,
  },
  context_window: 32_768,
  source: "fixture",
});

const precision = (id: PrecisionId, bytes: number): Precision => ({
  id,
  name: id,
  bytes_per_weight: bytes,
  compute: "fp16",
  equivalent: [],
  quantized: bytes < 2,
  how_to_set: id,
  source: "fixture",
});

/** One row; `energy` in J per output token, gross. */
const row = (
  id: string,
  on: string,
  model_id: string,
  precision_id: PrecisionId,
  energy: number,
  fp16_partner: string | null,
  batch = 1,
): Measurement => ({
  id,
  source: "session",
  gpu: on,
  num_gpus: 1,
  model_id,
  framework: "transformers",
  framework_version: null,
  precision: precision_id,
  batch_size: batch,
  max_num_seqs: null,
  tensor_parallel: null,
  pipeline_parallel: null,
  expert_parallel: null,
  data_parallel: null,
  workload: null,
  input_tokens: null,
  output_tokens: 256,
  throughput_tok_s: 20,
  power_w: energy * 20,
  power_basis: "derived",
  energy_j_per_token: energy,
  energy_j_per_token_published: energy,
  published_convention: "gross",
  idle_added_w: null,
  energy_j_per_request: null,
  n_runs: "10",
  throughput_std: null,
  power_std: null,
  energy_j_per_token_std: 0,
  median_itl_ms: null,
  torch_version: null,
  cuda_version: null,
  bitsandbytes_version: null,
  transformers_version: null,
  driver_version: null,
  perplexity: null,
  delta_perplexity_percent: null,
  date: "2026-01-01",
  tier: 1,
  energy_scope: "gpu_board",
  flag: null,
  fp16_partner,
  supersedes: null,
  origin: null,
  notes: null,
});

/**
 * Two cards: on `card-a` NF4 saves from about 4B and default INT8 doubles the energy; `card-b` has no row.
 * `small` 1B, `middle` 3B, `large` 8B, `huge` 70B.
 */
export const fixtureCatalogue: Catalogue = indexCatalogue({
  dataset_version: "fixture",
  precisions: [
    precision("fp16", 2),
    precision("int8_default", 1),
    precision("int8_pure", 1),
    precision("nf4", 0.5),
    precision("awq", 0.5),
  ],
  gpus: [gpu("card-a", 24), gpu("card-b", 80)],
  models: [model("org/small", 1), model("org/middle", 3), model("org/large", 8), model("org/huge", 70)],
  sources: [],
  measurements: [
    row("small-fp16", "card-a", "org/small", "fp16", 1, null),
    row("small-nf4", "card-a", "org/small", "nf4", 1.4, "small-fp16"),
    row("middle-fp16", "card-a", "org/middle", "fp16", 2, null),
    row("middle-nf4", "card-a", "org/middle", "nf4", 2.2, "middle-fp16"),
    row("large-fp16", "card-a", "org/large", "fp16", 4, null),
    row("large-nf4", "card-a", "org/large", "nf4", 3.2, "large-fp16"),
    row("large-int8", "card-a", "org/large", "int8_default", 8, "large-fp16"),
    row("large-pure", "card-a", "org/large", "int8_pure", 5, "large-fp16"),
    row("large-batch8", "card-a", "org/large", "fp16", 0.8, null, 8),
  ],
  regions: [],
  claims: [],
  held_out: [],
  // Only the memory's coefficients are read by these tests; the others must be there.
  physics: Object.fromEntries(
    COEFFICIENTS.map((name) => [
      name,
      { value: name.startsWith("unquantized") ? 0 : 1, unit: "1", meaning: "fixture", basis: "fixture" },
    ]),
  ),
});

const AT: Position = { path: "app.py", line: 7, column: 5, end_line: 7 };
export const fact = <T>(value: T, line = AT.line): Fact<T> => ({ value, at: { ...AT, line, end_line: line } });

export const workloadOf = (modelId: string, gpuId: string, more: Partial<Workload> = {}): Workload => {
  const [chosenModel, chosenGpu] = [fixtureCatalogue.modelById.get(modelId), fixtureCatalogue.gpuById.get(gpuId)];
  if (!chosenModel || !chosenGpu) throw new Error(`the fixture has no ${modelId} or ${gpuId}`);
  return {
    model: chosenModel,
    gpu: chosenGpu,
    num_gpus: 1,
    precision: "fp16",
    framework: "transformers",
    batch_size: 1,
    sequence_length: 512,
    generation_length: 256,
    calibration: null,
    ...more,
  };
};

function resolvedOf(workload: Workload, assumed: readonly string[]): Resolved {
  const demand = {
    requests_per_month: 1_000_000,
    pue: 1,
    electricity_usd_per_kwh: null,
    grid_gco2_per_kwh: null,
    region: "us",
    gpu_hour_usd: null,
    replicas: 1,
  };
  return {
    workload,
    demand,
    configuration: {
      model_id: workload.model.id,
      hardware_platform: workload.gpu.id,
      num_gpus: workload.num_gpus,
      quantization: workload.precision,
      precision: "fp16",
      framework: workload.framework,
      batch_size: workload.batch_size,
      sequence_length: workload.sequence_length,
      generation_length: workload.generation_length,
      requests_per_month: demand.requests_per_month,
      region: demand.region,
      pue: demand.pue,
      electricity_usd_per_kwh: null,
      grid_gco2_per_kwh: null,
      replicas: 1,
      use_case: null,
      assumed,
    },
    warnings: [],
  };
}

/** What a rule sees of a deployment with these facts; without a workload nothing could be resolved. */
export function subjectOf(
  facts: Facts,
  workload: Workload | null = null,
  more: Partial<RuleSubject> & { readonly assumed?: readonly string[]; readonly purpose?: Deployment["purpose"] } = {},
): RuleSubject {
  const { assumed = [], purpose = "inference", ...rest } = more;
  return {
    deployment: {
      id: "app.py#module/1",
      name: "app",
      format: "python/transformers",
      path: "app.py",
      at: AT,
      facts: { framework: fact("transformers" as const), ...facts },
      unresolved: [],
      purpose,
    },
    resolved: workload && resolvedOf(workload, assumed),
    fleet: null,
    catalogue: fixtureCatalogue,
    ...rest,
  };
}

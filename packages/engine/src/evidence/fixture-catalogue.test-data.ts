// A catalogue of a few invented rows, small enough to compute by hand. Numbers are round, not real.
import { type Catalogue, type CatalogueData, indexCatalogue } from "../domain/catalogue.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { HeldOut } from "../domain/held-out.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Architecture, Model } from "../domain/model.ts";
import type { Precision } from "../domain/precision.ts";
import type { Region } from "../domain/region.ts";
import type { Demand, Workload } from "../domain/workload.ts";
import { COEFFICIENTS } from "../physics/coefficients.ts";

export const architecture = (change: Partial<Architecture> = {}): Architecture => ({
  id: "toy-10x100-kv2",
  layers: 10,
  hidden_size: 100,
  heads: 4,
  kv_heads: 2,
  head_dim: 25,
  experts: null,
  experts_per_token: null,
  attention_layers: null,
  sliding_window: null,
  sliding_layers: null,
  kv_bytes_per_token_bf16: 1e6,
  ...change,
});

export const model = (change: Partial<Model> = {}): Model => ({
  id: "toy/Seven-7B",
  family: "toy",
  params_b_total: 7,
  params_b_active: 7,
  architecture: architecture(),
  context_window: 8192,
  source: "invented",
  ...change,
});

export const gpu = (change: Partial<Gpu> = {}): Gpu => ({
  id: "card",
  name: "Toy Card",
  aliases: ["TC-1"],
  cloud_instances: [],
  vendor: "nvidia",
  class: "datacenter",
  architecture: "Toy",
  compute_capability: "8.0",
  vram_gb: 40,
  vram_gb_variants: [40],
  mem_type: "HBM",
  mem_bandwidth_gb_s: 1000,
  fp16_dense_tflops: 100,
  fp16_dense_tflops_fp32_accumulate: 100,
  int8_dense_tops: 200,
  fp8_dense_tflops: null,
  tdp_w: 400,
  idle_w: 50,
  supports_bf16: true,
  supports_fp8: false,
  source: "invented",
  confidence: "high",
  ...change,
});

/** One eager run-set: 100 W at 10 tok/s is 10 J per token. */
export const row = (change: Partial<Measurement> = {}): Measurement => ({
  id: "toy-0001",
  source: "toy-session",
  gpu: "card",
  num_gpus: 1,
  model_id: "toy/Seven-7B",
  framework: "transformers",
  framework_version: null,
  precision: "fp16",
  batch_size: 1,
  max_num_seqs: null,
  tensor_parallel: null,
  pipeline_parallel: null,
  expert_parallel: null,
  data_parallel: null,
  workload: null,
  input_tokens: 512,
  output_tokens: 256,
  throughput_tok_s: 10,
  power_w: 100,
  power_basis: "independent",
  energy_j_per_token: 10,
  energy_j_per_token_published: 10,
  published_convention: "gross",
  idle_added_w: null,
  energy_j_per_request: null,
  n_runs: "10",
  throughput_std: null,
  power_std: null,
  energy_j_per_token_std: null,
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
  fp16_partner: null,
  supersedes: null,
  origin: null,
  notes: null,
  ...change,
});

const precision = (id: Precision["id"], bytes_per_weight: number, quantized: boolean): Precision => ({
  id,
  name: id,
  bytes_per_weight,
  compute: "fp16",
  equivalent: [],
  quantized,
  how_to_set: id,
  source: "invented",
});

export const heldOutLine = (change: Partial<HeldOut> = {}): HeldOut => ({
  rung: "measured",
  framework: "transformers",
  precision: "all",
  n: 10,
  median_error_percent: 5,
  p90_error_percent: 10,
  bias_percent: 0,
  within_2x_percent: 100,
  interval_factor: 1.1,
  throughput_interval_factor: 1.05,
  how: "invented",
  ...change,
});

const region: Region = {
  id: "us",
  name: "Toyland",
  kind: "skill",
  aliases: ["toyland"],
  grid_gco2_per_kwh: 500,
  grid_year: 2025,
  grid_source: "invented",
  grid_basis: null,
  carbon_free_energy_fraction: null,
  electricity_usd_per_kwh: 0.1,
  price_year: 2025,
  price_source: "invented",
};

/** Efficiencies and shares of one half; what only adds is zero, so that a test can name what it sets. */
const COEFFICIENT_VALUES: Readonly<Record<string, number>> = {
  eager_layer_ms_fp16: 1,
  eager_launch_extra_nf4: 1,
  eager_bandwidth_efficiency: 0.5,
  eager_compute_efficiency: 0.5,
  eager_power_floor: 0.1,
  eager_power_memory: 0.5,
  eager_power_compute: 0.5,
  vllm_layer_us: 100,
  vllm_link_gb_s: 100,
  vllm_expert_link_gb_s: 100,
  vllm_bandwidth_efficiency: 0.5,
  vllm_kv_bandwidth_efficiency: 0.5,
  vllm_compute_efficiency: 0.5,
  vllm_compute_efficiency_fp8: 0.5,
  vllm_compute_efficiency_mxfp4: 0.5,
  vllm_moe_compute_efficiency: 0.5,
  vllm_prefill_gain: 1,
  vllm_power_host: 0.1,
  vllm_power_fixed: 0.3,
  vllm_power_link: 0.3,
  vllm_power_memory: 0.6,
  vllm_power_compute: 0.8,
  vllm_2024_step_ms: 10,
  vllm_2024_layer_us: 200,
  vllm_2024_compute_efficiency: 0.5,
  power_compute_exponent: 1,
  idle_share_of_tdp: 0.1,
  loaded_idle_factor_low: 1,
  loaded_idle_factor: 1.5,
  loaded_idle_factor_high: 3,
  memory_overhead_gb_low: 0.5,
  memory_overhead_gb: 1,
  memory_overhead_gb_high: 2,
};

/** The toy catalogue with some of its parts replaced. */
export function catalogueOf(parts: Partial<CatalogueData> = {}): Catalogue {
  return indexCatalogue({
    dataset_version: "toy",
    precisions: [
      precision("fp16", 2, false),
      precision("bf16", 2, false),
      precision("nf4", 0.5, true),
      precision("int8_pure", 1, true),
      precision("int8_default", 1, true),
    ],
    gpus: [gpu()],
    models: [model()],
    sources: [],
    measurements: [row()],
    regions: [region],
    claims: [],
    physics: Object.fromEntries(
      COEFFICIENTS.map((name) => [
        name,
        { value: COEFFICIENT_VALUES[name] ?? 0, unit: "", meaning: name, basis: "invented" },
      ]),
    ),
    held_out: (["transformers", "vllm"] as const).flatMap((framework) => [
      heldOutLine({ rung: "measured", framework, interval_factor: 1.1 }),
      heldOutLine({ rung: "interpolated", framework, interval_factor: 1.2 }),
      heldOutLine({ rung: "transferred", framework, interval_factor: 1.5 }),
      heldOutLine({ rung: "modelled", framework, interval_factor: 2 }),
      heldOutLine({ rung: "unseen_gpu", framework, interval_factor: 2.5 }),
      heldOutLine({ rung: "ratio", framework, interval_factor: 1.3 }),
    ]),
    ...parts,
  });
}

export const workload = (change: Partial<Workload> = {}): Workload => ({
  model: model(),
  gpu: gpu(),
  num_gpus: 1,
  precision: "fp16",
  framework: "transformers",
  batch_size: 1,
  sequence_length: 512,
  generation_length: 256,
  calibration: null,
  ...change,
});

export const demand = (change: Partial<Demand> = {}): Demand => ({
  requests_per_month: 1000,
  pue: 1,
  electricity_usd_per_kwh: 0.1,
  grid_gco2_per_kwh: 500,
  region: "us",
  gpu_hour_usd: null,
  replicas: 1,
  ...change,
});

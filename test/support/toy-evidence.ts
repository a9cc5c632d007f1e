// One invented entry of each kind, for the tests of every package: state only what a test is about. Numbers are round, not real.
import type { Gpu } from "../../packages/engine/src/domain/gpu.ts";
import type { Measurement } from "../../packages/engine/src/domain/measurement.ts";
import type { Architecture, Model } from "../../packages/engine/src/domain/model.ts";
import { NOTHING_STATED } from "../../packages/engine/src/domain/own-measurement.ts";
import type { Precision, PrecisionId } from "../../packages/engine/src/domain/precision.ts";

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
  ...NOTHING_STATED,
  id: "toy-0001",
  source: "toy-session",
  gpu: "card",
  num_gpus: 1,
  model_id: "toy/Seven-7B",
  framework: "transformers",
  precision: "fp16",
  batch_size: 1,
  input_tokens: 512,
  output_tokens: 256,
  throughput_tok_s: 10,
  power_w: 100,
  power_basis: "independent",
  energy_j_per_token: 10,
  energy_j_per_token_published: 10,
  published_convention: "gross",
  n_runs: "10",
  date: "2026-01-01",
  tier: 1,
  energy_scope: "gpu_board",
  ...change,
});

export const precision = (id: PrecisionId, bytes_per_weight: number, change: Partial<Precision> = {}): Precision => ({
  id,
  name: id,
  bytes_per_weight,
  compute: "fp16",
  equivalent: [],
  quantized: bytes_per_weight < 2,
  how_to_set: id,
  source: "invented",
  ...change,
});

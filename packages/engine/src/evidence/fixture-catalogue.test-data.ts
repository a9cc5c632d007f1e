// A catalogue of a few invented rows, small enough to compute by hand. Numbers are round, not real.

import { gpu, model, precision, row } from "../../../../test/support/toy-evidence.ts";
import { type Catalogue, type CatalogueData, indexCatalogue } from "../domain/catalogue.ts";
import type { HeldOut } from "../domain/held-out.ts";
import type { Region } from "../domain/region.ts";
import type { Demand, Workload } from "../domain/workload.ts";
import { COEFFICIENTS } from "../physics/coefficients.ts";

export { architecture, gpu, model, row } from "../../../../test/support/toy-evidence.ts";

export const heldOutLine = (change: Partial<HeldOut> = {}): HeldOut => ({
  rung: "measured",
  framework: "transformers",
  precision: "all",
  n: 10,
  median_error_percent: 5,
  p90_error_percent: 10,
  bias_percent: 0,
  within_2x_percent: 100,
  coverage_percent: 90,
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
  vllm_2024_link_gb_s: 100,
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
      precision("fp16", 2),
      precision("bf16", 2),
      precision("nf4", 0.5),
      precision("int8_pure", 1),
      precision("int8_default", 1),
    ],
    gpus: [gpu()],
    models: [model()],
    sources: [],
    measurements: [row()],
    regions: [region],
    claims: [],
    thresholds: {},
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
      heldOutLine({ rung: "unknown_host", framework, interval_factor: 1.8 }),
      heldOutLine({ rung: "calibrated", framework, interval_factor: 1.25 }),
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

/** Served by vLLM: 10 tok/s at 100 W alone, 40 tok/s at 160 W in a batch of 16: 10 and 4 J per token. */
export const servedCatalogue = (): Catalogue =>
  catalogueOf({
    measurements: [
      row({ id: "one", framework: "vllm" }),
      row({
        id: "sixteen",
        framework: "vllm",
        batch_size: 16,
        energy_j_per_token: 4,
        throughput_tok_s: 40,
        power_w: 160,
      }),
    ],
  });

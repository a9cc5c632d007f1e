import type { Located } from "../loose.ts";
import type { Gpu, Measurement, Model, Region } from "../schema.ts";
import { at, type Check, type Found, isNear } from "./check.ts";

type Range = readonly [low: number, high: number];

/** Wide enough for every board and model there is, narrow enough to catch a wrong unit (mJ, kW, ms, GB for GiB/s). */
const GPU: { readonly [K in keyof Gpu]?: Range } = {
  vram_gb: [4, 1000],
  mem_bandwidth_gb_s: [50, 30_000],
  fp16_dense_tflops: [1, 20_000],
  tdp_w: [20, 3000],
  idle_w: [1, 250],
};
const MODEL: { readonly [K in keyof Model]?: Range } = {
  params_b_total: [0.01, 5000],
  params_b_active: [0.01, 5000],
  context_window: [512, 20_000_000],
};
const REGION: { readonly [K in keyof Region]?: Range } = {
  grid_gco2_per_kwh: [0, 1500],
  electricity_usd_per_kwh: [0.005, 2],
};
const MEASUREMENT: { readonly [K in keyof Measurement]?: Range } = {
  num_gpus: [1, 1024],
  batch_size: [1, 100_000],
  throughput_tok_s: [0.1, 1_000_000],
  power_w: [5, 100_000],
  energy_j_per_token: [0.001, 1000],
  input_tokens: [1, 1_000_000],
  output_tokens: [1, 1_000_000],
  median_itl_ms: [0.1, 10_000],
  perplexity: [1, 1000],
  delta_perplexity_percent: [-50, 1000],
  idle_added_w: [1, 250],
  idle_w: [1, 100_000],
  idle_loaded_w: [1, 100_000],
  energy_j_per_token_counter: [0.001, 1000],
  energy_j_per_token_sampled: [0.001, 1000],
  power_sample_hz: [0.1, 1000],
  throughput_cv_percent: [0, 1000],
  power_cv_percent: [0, 1000],
  peak_memory_gb: [0.01, 100_000],
  sm_clock_mhz: [50, 10_000],
  memory_clock_mhz: [50, 30_000],
  temperature_c: [-20, 130],
  power_limit_w: [5, 5000],
};

function outside<T extends { readonly id: string }>(
  records: readonly Located<T>[],
  ranges: { readonly [K in keyof T]?: Range },
): Found[] {
  return records.flatMap((record) =>
    Object.entries<Range | undefined>(ranges).flatMap(([field, range]) => {
      const value: unknown = Reflect.get(record.value, field);
      if (range === undefined || typeof value !== "number" || (value >= range[0] && value <= range[1])) return [];
      return [at(record, record.value.id, `${field}: expected ${range[0]}..${range[1]}, received ${value}`)];
    }),
  );
}

/** What one record says twice agrees with itself. */
function inconsistent(model: Located<Model>): Found[] {
  const { id, params_b_total: total, params_b_active: active, architecture } = model.value;
  const found: Found[] = [];
  if ((total === null) !== (active === null) || (total !== null && active !== null && active > total))
    found.push(at(model, id, `params_b_active ${active} of params_b_total ${total}`));
  if (architecture?.kv_bytes_per_token_bf16 && architecture.kv_heads && architecture.head_dim) {
    const layers = architecture.attention_layers ?? architecture.layers;
    const expected = 2 * 2 * layers * architecture.kv_heads * architecture.head_dim;
    if (architecture.kv_bytes_per_token_bf16 !== expected)
      found.push(
        at(
          model,
          id,
          `kv_bytes_per_token_bf16: expected ${expected}, received ${architecture.kv_bytes_per_token_bf16}`,
        ),
      );
  }
  return found;
}

function requestDisagrees(row: Located<Measurement>): Found[] {
  const { id, energy_j_per_request: request, energy_j_per_token: token, output_tokens: tokens } = row.value;
  if (request === null || tokens === null || isNear(request, token * tokens, 0.02)) return [];
  return [at(row, id, `energy_j_per_request: expected ${token} × ${tokens} tokens, received ${request}`)];
}

export const unitsAndRanges: Check = {
  id: "units-and-ranges",
  title: "Every number lies in the range of its unit, and what a record says twice agrees with itself.",
  find: (data) => [
    ...outside(data.gpus, GPU),
    ...outside(data.models, MODEL),
    ...outside(data.regions, REGION),
    ...outside(data.measurements, MEASUREMENT),
    ...data.models.flatMap(inconsistent),
    ...data.measurements.flatMap(requestDisagrees),
  ],
};

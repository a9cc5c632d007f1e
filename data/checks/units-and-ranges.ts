import type { Located } from "../loose.ts";
import { type Gpu, type Model, type Region, rowInRange } from "../schema.ts";
import { at, type Check, type Found, ofEachRow } from "./check.ts";

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

export const unitsAndRanges: Check = {
  id: "units-and-ranges",
  title: "Every number lies in the range of its unit, and what a record says twice agrees with itself.",
  find: (data) => [
    ...outside(data.gpus, GPU),
    ...outside(data.models, MODEL),
    ...outside(data.regions, REGION),
    ...data.models.flatMap(inconsistent),
    ...ofEachRow(rowInRange)(data),
  ],
};

import type { Catalogue } from "../domain/catalogue.ts";
import type { Architecture, Model } from "../domain/model.ts";

/** The shape that physics computes with, and whether it is the model's own. */
export interface Shape {
  readonly layers: number;
  readonly hidden_size: number;
  /** Layers that keep a recurrent state instead of a KV cache (hybrid Mamba): half of those without attention, the rest are MLPs. */
  readonly mamba_layers: number;
  readonly experts: number | null;
  readonly experts_per_token: number | null;
  /** KV cache of one token over all layers at 16 bit, without regard to sliding windows; low..high where it is a stand-in. */
  readonly kv_bytes_per_token: number;
  readonly kv_bytes_low: number;
  readonly kv_bytes_high: number;
  readonly sliding_window: number | null;
  /** Share of the KV-keeping layers that see only the sliding window. */
  readonly sliding_share: number;
  /** The published FP8 checkpoint has a scale for each block of weights. */
  readonly fp8_block_scaled: boolean;
  /** False: layers and KV size were taken from catalogue models of like size; told, and the interval is wider. */
  readonly known: boolean;
}

/** Models of like size: within a factor of two in parameters. */
const LIKE_SIZE_FACTOR = 2;

function ownShape(a: Architecture, kvBytes: number): Shape {
  const kvLayers = a.attention_layers ?? a.layers;
  return {
    layers: a.layers,
    hidden_size: a.hidden_size,
    mamba_layers: a.attention_layers === null ? 0 : (a.layers - a.attention_layers) / 2,
    experts: a.experts,
    experts_per_token: a.experts_per_token,
    kv_bytes_per_token: kvBytes,
    kv_bytes_low: kvBytes,
    kv_bytes_high: kvBytes,
    sliding_window: a.sliding_window,
    sliding_share: a.sliding_window && a.sliding_layers ? Math.min(1, a.sliding_layers / kvLayers) : 0,
    fp8_block_scaled: a.fp8_scaling === "block",
    known: true,
  };
}

const median = (xs: readonly number[]): number => {
  const sorted = [...xs].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** By the model's own object: one that a request made up is forgotten with the request. */
const shapes = new WeakMap<Catalogue, WeakMap<Model, Shape>>();

/** The model's shape, or a stand-in from catalogue models of like size. Throws when the model has no parameter count. */
export function shapeOf(model: Model, catalogue: Catalogue): Shape {
  let known = shapes.get(catalogue);
  if (!known) {
    known = new WeakMap();
    shapes.set(catalogue, known);
  }
  const cached = known.get(model);
  if (cached) return cached;
  const shape = computeShape(model, catalogue);
  known.set(model, shape);
  return shape;
}

function computeShape(model: Model, catalogue: Catalogue): Shape {
  const own = model.architecture;
  if (own?.kv_bytes_per_token_bf16) return ownShape(own, own.kv_bytes_per_token_bf16);
  const params = model.params_b_total;
  if (params === null) throw new RangeError(`${model.id}: the number of parameters is not known`);
  const like = catalogue.models.filter(
    (other) =>
      other.architecture?.kv_bytes_per_token_bf16 &&
      other.params_b_total !== null &&
      Math.max(other.params_b_total / params, params / other.params_b_total) <= LIKE_SIZE_FACTOR,
  );
  const pool = like.length > 0 ? like : catalogue.models.filter((other) => other.architecture?.kv_bytes_per_token_bf16);
  const kv = pool.map((other) => other.architecture?.kv_bytes_per_token_bf16 ?? 0);
  const layers = own?.layers ?? median(pool.map((other) => other.architecture?.layers ?? 0));
  return {
    layers,
    hidden_size: own?.hidden_size ?? median(pool.map((other) => other.architecture?.hidden_size ?? 0)),
    mamba_layers: 0,
    experts: own?.experts ?? null,
    experts_per_token: own?.experts_per_token ?? null,
    kv_bytes_per_token: median(kv),
    kv_bytes_low: Math.min(...kv),
    kv_bytes_high: Math.max(...kv),
    sliding_window: null,
    sliding_share: 0,
    fp8_block_scaled: own?.fp8_scaling === "block",
    known: false,
  };
}

const MAMBA_STATE_SIZE = 128;
const MAMBA_EXPAND = 2;
const BYTES_FP32 = 4;

/** Recurrent state of one sequence over all Mamba layers: expand × hidden × state size at fp32, Mamba-2's defaults (Dao and Gu 2024). */
export const mambaStateBytes = (shape: Shape): number =>
  shape.mamba_layers * MAMBA_EXPAND * shape.hidden_size * MAMBA_STATE_SIZE * BYTES_FP32;

/** KV cache bytes of one sequence of `context` tokens: sliding layers keep at most their window. */
export function kvBytesPerSequence(shape: Shape, context: number, kvBytesPerToken = shape.kv_bytes_per_token): number {
  const windowed = shape.sliding_window === null ? context : Math.min(context, shape.sliding_window);
  return kvBytesPerToken * (shape.sliding_share * windowed + (1 - shape.sliding_share) * context);
}

import type { Catalogue } from "../domain/catalogue.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { PrecisionId } from "../domain/precision.ts";
import { TOKENS_PER_KILOTOKEN } from "../domain/units.ts";
import type { Workload } from "../domain/workload.ts";
import { shapeOf } from "./architecture.ts";
import { type CoefficientValues, coefficientValues } from "./coefficients.ts";
import { powerOf } from "./power.ts";
import { type Board, bandwidthBytesPerSecond, type Step, stepTime } from "./step-time.ts";

export interface Prediction {
  readonly throughput_tok_s: number;
  /** Summed over the GPUs. */
  readonly power_w: number;
  readonly energy_j_per_token: number;
  readonly step: Step;
}

const TERA = 1e12;

const values = new WeakMap<Catalogue, CoefficientValues>();

/** The catalogue's coefficients as bare numbers. */
export function coefficientsOf(catalogue: Catalogue): CoefficientValues {
  let c = values.get(catalogue);
  if (!c) {
    c = coefficientValues(catalogue.physics);
    values.set(catalogue, c);
  }
  return c;
}

/** The dense arithmetic rate of the products of this precision, in TFLOPS; null where the card's is not known. */
function denseTflops(gpu: Gpu, precision: PrecisionId): number | null {
  const half = gpu.fp16_dense_tflops_fp32_accumulate ?? gpu.fp16_dense_tflops;
  if (precision === "fp8" || precision === "mxfp4") return gpu.fp8_dense_tflops ?? half;
  if (precision === "int8_pure" || precision === "int8_default") return gpu.int8_dense_tops ?? half;
  return half;
}

/** Idle power of the card; where nobody measured it, the catalogue's usual share of TDP. */
export const idlePowerW = (gpu: Gpu, c: CoefficientValues): number | null =>
  gpu.idle_w ?? (gpu.tdp_w === null ? null : gpu.tdp_w * c.idle_share_of_tdp);

/** null when the catalogue lacks a figure of this card that physics needs. */
export function boardOf(gpu: Gpu, precision: PrecisionId, c: CoefficientValues): Board | null {
  const tflops = denseTflops(gpu, precision);
  const idle = idlePowerW(gpu, c);
  if (gpu.mem_bandwidth_gb_s === null || tflops === null || gpu.tdp_w === null || idle === null) return null;
  return {
    bandwidth_bytes_s: bandwidthBytesPerSecond(gpu.mem_bandwidth_gb_s),
    flops: tflops * TERA,
    tdp_w: gpu.tdp_w,
    idle_w: idle,
  };
}

/** Physics alone: no measured row is looked at. null when the card's figures are missing. */
export function predict(
  w: Workload,
  catalogue: Catalogue,
  c: CoefficientValues = coefficientsOf(catalogue),
  slowdown = 1,
): Prediction | null {
  const board = boardOf(w.gpu, w.precision, c);
  const bytesPerWeight = catalogue.precisionById.get(w.precision)?.bytes_per_weight;
  if (!board || bytesPerWeight === undefined) return null;
  const step = stepTime(w, shapeOf(w.model, catalogue), bytesPerWeight, board, c, slowdown);
  const power = w.num_gpus * powerOf(step, board, w.framework, c);
  const throughput = w.batch_size / step.seconds;
  return { throughput_tok_s: throughput, power_w: power, energy_j_per_token: power / throughput, step };
}

export const perKilotoken = (energyJPerToken: number): number => energyJPerToken * TOKENS_PER_KILOTOKEN;

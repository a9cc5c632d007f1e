import type { Catalogue } from "../domain/catalogue.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { PrecisionId } from "../domain/precision.ts";
import { BYTES_PER_GB } from "../domain/units.ts";
import type { Workload } from "../domain/workload.ts";
import { shapeOf } from "./architecture.ts";
import { type CoefficientValues, coefficientValues } from "./coefficients.ts";
import { eagerStep } from "./eager-step.ts";
import { type Board, type RunContext, type Situation, type Step, TODAY } from "./step.ts";
import { vllmStep } from "./vllm-step.ts";

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

/** What the boards of a workload can draw together, in W; infinite where their TDP is not known. */
export const mostPowerW = ({ gpu, num_gpus }: Workload): number =>
  gpu.tdp_w === null ? Number.POSITIVE_INFINITY : gpu.tdp_w * num_gpus;

/** null when the catalogue lacks a figure of this card that physics needs. */
function boardOf(gpu: Gpu, precision: PrecisionId, c: CoefficientValues): Board | null {
  const tflops = denseTflops(gpu, precision);
  const idle = idlePowerW(gpu, c);
  if (gpu.mem_bandwidth_gb_s === null || tflops === null || gpu.tdp_w === null || idle === null) return null;
  return {
    bandwidth_bytes_s: gpu.mem_bandwidth_gb_s * BYTES_PER_GB,
    flops: tflops * TERA,
    tdp_w: gpu.tdp_w,
    idle_w: idle,
  };
}

/** Board power of one GPU in W: idle plus its activity's share of TDP − idle, at most TDP. */
const powerOf = (step: Step, board: Board): number =>
  board.idle_w + (board.tdp_w - board.idle_w) * Math.min(1, step.activity);

/** What a step depends on. null when the card's figures are missing. */
function situationOf(w: Workload, catalogue: Catalogue, c: CoefficientValues, run: RunContext): Situation | null {
  const board = boardOf(w.gpu, w.precision, c);
  const bytes_per_weight = catalogue.precisionById.get(w.precision)?.bytes_per_weight;
  if (!board || bytes_per_weight === undefined) return null;
  return { workload: w, shape: shapeOf(w.model, catalogue), bytes_per_weight, board, run };
}

function predictionOf(situation: Situation, c: CoefficientValues): Prediction {
  const { workload: w, board } = situation;
  const step = w.framework === "vllm" ? vllmStep(situation, c) : eagerStep(situation, c);
  const power_w = w.num_gpus * powerOf(step, board);
  const throughput_tok_s = w.batch_size / step.seconds;
  return { throughput_tok_s, power_w, energy_j_per_token: power_w / throughput_tok_s, step };
}

/** Physics alone: no measured row is looked at. null when the card's figures are missing. */
export function predict(
  w: Workload,
  catalogue: Catalogue,
  c: CoefficientValues = coefficientsOf(catalogue),
  run: RunContext = TODAY,
): Prediction | null {
  const situation = situationOf(w, catalogue, c, run);
  return situation && predictionOf(situation, c);
}

/** The same at any batch, `w.batch_size` not looked at. */
export function predictAlong(
  w: Workload,
  catalogue: Catalogue,
  c: CoefficientValues = coefficientsOf(catalogue),
  run: RunContext = TODAY,
): ((batch_size: number) => Prediction) | null {
  const situation = situationOf(w, catalogue, c, run);
  return (
    situation && ((batch_size) => predictionOf({ ...situation, workload: { ...situation.workload, batch_size } }, c))
  );
}

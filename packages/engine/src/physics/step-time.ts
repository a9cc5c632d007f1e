import type { PrecisionId } from "../domain/precision.ts";
import { BYTES_PER_GB, MS_PER_S } from "../domain/units.ts";
import type { Workload } from "../domain/workload.ts";
import { kvBytesPerSequence, type Shape } from "./architecture.ts";
import type { CoefficientValues } from "./coefficients.ts";
import { activeParameters, parametersRead } from "./weights.ts";

/** One decode step of the whole batch, prefill's share folded in. */
export interface Step {
  readonly seconds: number;
  /** Share of the memory bandwidth that the step keeps busy, 0-1. */
  readonly memory_utilization: number;
  /** Share of the dense arithmetic peak that the step keeps busy, 0-1. */
  readonly compute_utilization: number;
  /** Share of the step in which the GPU does not wait for an older engine's host work, 0-1. */
  readonly device_share: number;
}

/** What physics needs of a GPU; the caller has checked that none is missing. */
export interface Board {
  readonly bandwidth_bytes_s: number;
  readonly flops: number;
  readonly tdp_w: number;
  readonly idle_w: number;
}

const FLOPS_PER_PARAMETER = 2;
/** Launch-bound and memory-bound parts overlap almost wholly: a p-norm of high order instead of a sum. */
const OVERLAP_ORDER = 4;

const EAGER_EXTRA: { readonly [P in PrecisionId]?: keyof CoefficientValues } = {
  nf4: "eager_layer_extra_ms_nf4",
  nf4_dq: "eager_layer_extra_ms_nf4_dq",
  int8_pure: "eager_layer_extra_ms_int8_pure",
  int8_default: "eager_layer_extra_ms_int8_default",
};

interface Work {
  readonly weight_bytes: number;
  readonly kv_bytes: number;
  readonly flops: number;
}

/** Bytes and arithmetic of one step: weights once, the KV cache of each sequence at its mean context, and the prefill of the requests that start in it. */
function workOf(w: Workload, shape: Shape, bytesPerWeight: number): Work {
  const meanContext = w.sequence_length + w.generation_length / 2;
  const active = activeParameters(w.model);
  const prefillTokensPerStep = (w.batch_size * w.sequence_length) / w.generation_length;
  return {
    weight_bytes: parametersRead(w.model, shape, w.batch_size) * bytesPerWeight,
    kv_bytes: w.batch_size * kvBytesPerSequence(shape, meanContext),
    flops: FLOPS_PER_PARAMETER * active * (w.batch_size + prefillTokensPerStep),
  };
}

function eagerSeconds(w: Workload, shape: Shape, work: Work, board: Board, c: CoefficientValues): number {
  const extra = EAGER_EXTRA[w.precision];
  const launch = (shape.layers * (c.eager_layer_ms_fp16 + (extra ? c[extra] : 0))) / MS_PER_S;
  const bytes = work.weight_bytes + work.kv_bytes;
  const memory = bytes / (board.bandwidth_bytes_s * c.eager_bandwidth_efficiency * w.num_gpus);
  const compute = work.flops / (board.flops * c.eager_compute_efficiency * w.num_gpus);
  return (launch ** OVERLAP_ORDER + (memory + compute) ** OVERLAP_ORDER) ** (1 / OVERLAP_ORDER);
}

interface VllmTime {
  /** Launches, all-reduces and work per sequence. */
  readonly fixed: number;
  /** Memory and arithmetic. */
  readonly busy: number;
}

function vllmTime(w: Workload, shape: Shape, work: Work, board: Board, c: CoefficientValues): VllmTime {
  const extra =
    w.precision === "fp8" ? c.vllm_fp8_layer_extra_ms : w.precision === "mxfp4" ? c.vllm_mxfp4_layer_extra_ms : 0;
  const perLayer = c.vllm_layer_ms + extra + (w.num_gpus > 1 ? c.vllm_layer_parallel_ms : 0);
  const memory =
    (work.weight_bytes + work.kv_bytes) / (board.bandwidth_bytes_s * c.vllm_bandwidth_efficiency * w.num_gpus);
  const compute = work.flops / (board.flops * c.vllm_compute_efficiency * w.num_gpus);
  return {
    fixed: (c.vllm_step_ms + shape.layers * perLayer + (w.batch_size * c.vllm_sequence_us) / 1000) / MS_PER_S,
    busy: memory + compute,
  };
}

/** Roofline step time with per-layer launch overhead; transformers eager and vLLM are two regimes. `slowdown` ≥ 1: the host work of an older software generation. */
export function stepTime(
  w: Workload,
  shape: Shape,
  bytesPerWeight: number,
  board: Board,
  c: CoefficientValues,
  slowdown = 1,
): Step {
  const work = workOf(w, shape, bytesPerWeight);
  const vllm = w.framework === "vllm" ? vllmTime(w, shape, work, board, c) : null;
  const seconds = vllm ? slowdown * vllm.fixed + vllm.busy : eagerSeconds(w, shape, work, board, c);
  return {
    seconds,
    memory_utilization: Math.min(
      1,
      (work.weight_bytes + work.kv_bytes) / (seconds * board.bandwidth_bytes_s * w.num_gpus),
    ),
    compute_utilization: Math.min(1, work.flops / (seconds * board.flops * w.num_gpus)),
    device_share: vllm ? 1 - ((slowdown - 1) * vllm.fixed) / seconds : 1,
  };
}

export const bandwidthBytesPerSecond = (gbPerSecond: number): number => gbPerSecond * BYTES_PER_GB;

import { BYTES_PER_GB, MS_PER_S } from "../domain/units.ts";
import type { CoefficientValues } from "./coefficients.ts";
import type { Situation, Step } from "./step.ts";
import { type Work, workOf } from "./work.ts";

const US_PER_S = 1e6;
const PJ_PER_J = 1e12;
const BYTES_PER_ACTIVATION = 2;
/** A layer exchanges activations twice, after attention and after the MLP. */
const EXCHANGES_PER_LAYER = 2;
/** A ring passes every value round twice: once to sum, once to tell. */
const RING_PASSES = 2;

/** Seconds of one step by what the GPU does in them; they add up. */
interface Parts {
  /** The engine's own loop; the GPU waits. */
  readonly host: number;
  /** Kernels too small to be bound by memory or arithmetic. */
  readonly fixed: number;
  /** Scaling activations to FP8 or unpacking MXFP4: busier kernels than the other small ones. */
  readonly scaling: number;
  readonly link: number;
  readonly memory: number;
  readonly compute: number;
}

function hostSeconds({ workload: w, run }: Situation, c: CoefficientValues): number {
  const step = run.older ? c.vllm_2024_step_ms : c.vllm_step_ms;
  const sequence = run.older ? c.vllm_2024_sequence_us : c.vllm_sequence_us;
  return step / MS_PER_S + (w.batch_size * sequence) / US_PER_S;
}

function layerSeconds({ shape, run }: Situation, c: CoefficientValues): number {
  const base = run.older ? c.vllm_2024_layer_us : c.vllm_layer_us;
  return (shape.layers * (base + (shape.experts ? c.vllm_moe_layer_us : 0))) / US_PER_S;
}

function scalingSeconds({ workload: w, shape }: Situation, c: CoefficientValues): number {
  if (w.precision !== "fp8" && w.precision !== "mxfp4") return 0;
  const block = w.precision === "fp8" && shape.fp8_block_scaled ? c.vllm_block_scaling_us : 0;
  return (shape.layers * (c.vllm_scaling_layer_us + block)) / US_PER_S;
}

/** Exchanges between the GPUs of a replica: experts are spread (expert parallel), dense layers are split (tensor parallel). */
function linkSeconds({ workload: w, shape, run }: Situation, c: CoefficientValues): number {
  if (w.num_gpus === 1) return 0;
  const experts = shape.experts !== null && !run.older;
  // Spread experts send tokens out and back, as often again as attention does.
  const start = run.older ? c.vllm_2024_allreduce_us : c.vllm_allreduce_us * (experts ? 2 : 1);
  const link = run.older ? c.vllm_2024_link_gb_s : experts ? c.vllm_expert_link_gb_s : c.vllm_link_gb_s;
  const tokens = w.batch_size * (1 + w.sequence_length / w.generation_length);
  const bytes =
    EXCHANGES_PER_LAYER *
    RING_PASSES *
    ((w.num_gpus - 1) / w.num_gpus) *
    tokens *
    shape.hidden_size *
    BYTES_PER_ACTIVATION;
  return shape.layers * (start / US_PER_S + bytes / (link * BYTES_PER_GB));
}

/** Share of the data sheet's peak at this precision. */
function computeEfficiency({ workload: w, shape }: Situation, c: CoefficientValues): number {
  const precision =
    w.precision === "fp8"
      ? c.vllm_compute_efficiency_fp8
      : w.precision === "mxfp4"
        ? c.vllm_compute_efficiency_mxfp4
        : 1;
  return c.vllm_compute_efficiency * precision * (shape.experts ? c.vllm_moe_compute_efficiency : 1);
}

function partsOf(s: Situation, work: Work, c: CoefficientValues): Parts {
  const { workload: w, board, run } = s;
  const bandwidth = board.bandwidth_bytes_s * w.num_gpus;
  const layers = layerSeconds(s, c);
  const memory =
    work.weight_bytes / (bandwidth * c.vllm_bandwidth_efficiency) +
    work.cache_bytes / (bandwidth * c.vllm_kv_bandwidth_efficiency);
  const flops = board.flops * w.num_gpus * computeEfficiency(s, c);
  const compute = (work.decode_flops + work.prefill_flops / c.vllm_prefill_gain) / flops;
  // The engine of 2024 launched layers from the host: the GPU waits for them.
  const host = hostSeconds(s, c) + (run.older ? layers : 0);
  const fixed = run.older ? 0 : layers;
  return { host, fixed, scaling: scalingSeconds(s, c), link: linkSeconds(s, c), memory, compute };
}

/** Joules of one GPU in one step above idle, as seconds at TDP − idle: each part draws its share of power, and every byte that moves its own energy. */
function loadedSeconds({ board, workload: w, run }: Situation, parts: Parts, bytes: number, c: CoefficientValues) {
  const moved = ((bytes / w.num_gpus) * c.vllm_byte_pj) / PJ_PER_J / (board.tdp_w - board.idle_w);
  return (
    c.vllm_power_host * parts.host +
    c.vllm_power_fixed * parts.fixed +
    c.vllm_power_scaling * parts.scaling +
    // The exchanges of 2024 went through the host: the GPU waits.
    (run.older ? c.vllm_power_host : c.vllm_power_link) * parts.link +
    c.vllm_power_memory * parts.memory +
    c.vllm_power_compute * parts.compute +
    moved
  );
}

/** vLLM: the engine's loop, small kernels, exchanges, memory and arithmetic add up; each draws its own share of power. */
export function vllmStep(s: Situation, c: CoefficientValues): Step {
  const { workload: w, board } = s;
  const work = workOf(s);
  const parts = partsOf(s, work, c);
  const seconds = parts.host + parts.fixed + parts.scaling + parts.link + parts.memory + parts.compute;
  const bytes = work.weight_bytes + work.cache_bytes;
  const flops = work.decode_flops + work.prefill_flops;
  return {
    seconds,
    memory_utilization: Math.min(1, bytes / (seconds * board.bandwidth_bytes_s * w.num_gpus)),
    compute_utilization: Math.min(1, flops / (seconds * board.flops * w.num_gpus)),
    activity: loadedSeconds(s, parts, bytes, c) / seconds,
  };
}

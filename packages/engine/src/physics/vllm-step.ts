import { BYTES_PER_GB, MS_PER_S } from "../domain/units.ts";
import type { CoefficientValues } from "./coefficients.ts";
import type { Situation, Step } from "./step.ts";
import { type Work, workOf } from "./work.ts";

const US_PER_S = 1e6;
const BYTES_PER_ACTIVATION = 2;
/** A layer exchanges activations twice, after attention and after the MLP. */
const EXCHANGES_PER_LAYER = 2;

/** Seconds of one step by what the GPU does in them; they add up. */
interface Parts {
  /** The engine's own loop; the GPU waits. */
  readonly host: number;
  /** Kernels too small to be bound by memory or arithmetic. */
  readonly fixed: number;
  readonly link: number;
  readonly memory: number;
  readonly compute: number;
}

function hostSeconds({ workload: w, run }: Situation, c: CoefficientValues): number {
  const step = run.older ? c.vllm_2024_step_ms : c.vllm_step_ms;
  const sequence = run.older ? c.vllm_2024_sequence_us : c.vllm_sequence_us;
  return step / MS_PER_S + (w.batch_size * sequence) / US_PER_S;
}

function layerSeconds({ workload: w, shape, run }: Situation, c: CoefficientValues): number {
  const precision = w.precision === "fp8" ? c.vllm_fp8_layer_us : w.precision === "mxfp4" ? c.vllm_mxfp4_layer_us : 0;
  const base = run.older ? c.vllm_2024_layer_us : c.vllm_layer_us;
  return (shape.layers * (base + precision + (shape.experts ? c.vllm_moe_layer_us : 0))) / US_PER_S;
}

/** Exchanges between the GPUs of a replica: experts are spread (expert parallel), dense layers are split (tensor parallel). */
function linkSeconds({ workload: w, shape, run }: Situation, c: CoefficientValues): number {
  if (w.num_gpus === 1) return 0;
  const experts = shape.experts !== null && !run.older;
  const start = c.vllm_allreduce_us + (experts ? c.vllm_expert_parallel_us : 0);
  const tokens = w.batch_size * (1 + w.sequence_length / w.generation_length);
  const bytes =
    EXCHANGES_PER_LAYER ** 2 * ((w.num_gpus - 1) / w.num_gpus) * tokens * shape.hidden_size * BYTES_PER_ACTIVATION;
  const bandwidth = (experts ? c.vllm_expert_link_gb_s : c.vllm_link_gb_s) * BYTES_PER_GB;
  return shape.layers * (start / US_PER_S + bytes / bandwidth);
}

function computeEfficiency({ workload: w, shape, run }: Situation, c: CoefficientValues): number {
  const dense = run.older
    ? c.vllm_2024_compute_efficiency
    : w.precision === "fp8"
      ? c.vllm_compute_efficiency_fp8
      : w.precision === "mxfp4"
        ? c.vllm_compute_efficiency_mxfp4
        : c.vllm_compute_efficiency;
  return dense * (shape.experts ? c.vllm_moe_compute_efficiency : 1);
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
  return run.older
    ? { host: hostSeconds(s, c) + layers, fixed: 0, link: linkSeconds(s, c), memory, compute }
    : { host: hostSeconds(s, c), fixed: layers, link: linkSeconds(s, c), memory, compute };
}

/** vLLM: the engine's loop, small kernels, exchanges, memory and arithmetic add up; each draws its own share of power. */
export function vllmStep(s: Situation, c: CoefficientValues): Step {
  const { workload: w, board } = s;
  const work = workOf(s);
  const parts = partsOf(s, work, c);
  const seconds = parts.host + parts.fixed + parts.link + parts.memory + parts.compute;
  const flops = work.decode_flops + work.prefill_flops;
  return {
    seconds,
    memory_utilization: Math.min(
      1,
      (work.weight_bytes + work.cache_bytes) / (seconds * board.bandwidth_bytes_s * w.num_gpus),
    ),
    compute_utilization: Math.min(1, flops / (seconds * board.flops * w.num_gpus)),
    activity:
      (c.vllm_power_host * parts.host +
        c.vllm_power_fixed * parts.fixed +
        c.vllm_power_link * parts.link +
        c.vllm_power_memory * parts.memory +
        c.vllm_power_compute * parts.compute) /
      seconds,
  };
}

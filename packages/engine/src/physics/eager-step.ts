import type { PrecisionId } from "../domain/precision.ts";
import { MS_PER_S } from "../domain/units.ts";
import type { CoefficientName, CoefficientValues } from "./coefficients.ts";
import type { Situation, Step } from "./step.ts";
import { workOf } from "./work.ts";

const fourthPower = (x: number): number => x * x * (x * x);

/** Launch-bound and memory-bound parts overlap almost wholly: a p-norm of high order, the fourth, instead of a sum. By squares and roots: `**` takes five times as long. */
const overlapped = (a: number, b: number): number => Math.sqrt(Math.sqrt(fourthPower(a) + fourthPower(b)));

interface Extra {
  /** Kernel launches of a layer beyond those at 16 bit, as a multiple of them. */
  readonly launch: CoefficientName;
  /** Bytes per weight that dequantization moves beyond the stored weight, not overlapped. */
  readonly traffic: CoefficientName;
}

const EXTRA: { readonly [P in PrecisionId]?: Extra } = {
  nf4: { launch: "eager_launch_extra_nf4", traffic: "eager_traffic_extra_nf4" },
  nf4_dq: { launch: "eager_launch_extra_nf4_dq", traffic: "eager_traffic_extra_nf4_dq" },
  int8_pure: { launch: "eager_launch_extra_int8_pure", traffic: "eager_traffic_extra_int8_pure" },
  int8_default: { launch: "eager_launch_extra_int8_default", traffic: "eager_traffic_extra_int8_default" },
};

/** transformers in eager mode: the host launches every layer's kernels; memory and arithmetic hide behind that, or it behind them. */
export function eagerStep(s: Situation, c: CoefficientValues): Step {
  const { workload: w, shape, board } = s;
  const work = workOf(s);
  const extra = EXTRA[w.precision];
  const weights = work.weight_bytes / s.bytes_per_weight;
  const launch = (shape.layers * c.eager_layer_ms_fp16 * (1 + (extra ? c[extra.launch] : 0))) / MS_PER_S;
  const unpacking = extra ? (weights * c[extra.traffic]) / board.bandwidth_bytes_s : 0;
  const bytes = work.weight_bytes + work.cache_bytes;
  const memory = bytes / (board.bandwidth_bytes_s * c.eager_bandwidth_efficiency * w.num_gpus);
  const flops = work.decode_flops + work.prefill_flops;
  const compute = flops / (board.flops * c.eager_compute_efficiency * w.num_gpus);
  const seconds = overlapped(launch + unpacking, memory + compute);
  const memory_utilization = Math.min(1, bytes / (seconds * board.bandwidth_bytes_s * w.num_gpus));
  const compute_utilization = Math.min(1, flops / (seconds * board.flops * w.num_gpus));
  return {
    seconds,
    memory_utilization,
    compute_utilization,
    activity:
      c.eager_power_floor +
      c.eager_power_memory * memory_utilization +
      c.eager_power_compute * compute_utilization ** c.power_compute_exponent,
  };
}

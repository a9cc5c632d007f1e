import type { Framework } from "../domain/framework.ts";
import type { CoefficientValues } from "./coefficients.ts";
import type { Board, Step } from "./step-time.ts";

/** Board power of one GPU in W: idle plus a floor while kernels run, plus shares of memory and arithmetic utilisation; at most TDP. */
export function powerOf(step: Step, board: Board, framework: Framework, c: CoefficientValues): number {
  const vllm = framework === "vllm";
  const floor = vllm ? c.vllm_power_floor : c.eager_power_floor;
  const memory = vllm ? c.vllm_power_memory : c.eager_power_memory;
  const compute = vllm ? c.vllm_power_compute : c.eager_power_compute;
  const activity =
    floor * step.device_share +
    memory * step.memory_utilization +
    compute * step.compute_utilization ** c.power_compute_exponent;
  return board.idle_w + (board.tdp_w - board.idle_w) * Math.min(1, activity);
}

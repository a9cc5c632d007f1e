import type { Catalogue } from "../domain/catalogue.ts";
import { type Quantity, quantity } from "../domain/interval.ts";
import type { Workload } from "../domain/workload.ts";
import { climb } from "./estimate.ts";
import { asRatio, energyRatio, type Ratio } from "./ratio.ts";

/** What a configuration uses in a month. */
export interface Use {
  /** At the batch that it runs: the one asked for, or what the load model settles at. */
  readonly workload: Workload;
  readonly busy_kwh: Quantity;
  /** Of an always-on fleet; null of requests alone. */
  readonly idle_kwh: Quantity | null;
}

/** Energy per token of `w` at another batch over that at its own. */
function batchEffect(w: Workload, batch_size: number, catalogue: Catalogue): number | null {
  if (batch_size === w.batch_size) return 1;
  const [there, here] = [climb({ ...w, batch_size }, catalogue), climb(w, catalogue)];
  return there && here ? there.energy_j_per_token.value / here.energy_j_per_token.value : null;
}

const ENDS = ["value", "low", "high"] as const;

/**
 * The month of `a` over the month of `b`, which serve the same requests: the ratio of what they use while busy, and idle
 * power, whose assumed factor is one and the same on both sides. null when one side has no estimate.
 */
export function monthRatio(a: Use, b: Use, catalogue: Catalogue): Ratio | null {
  // The two are told apart at one batch; what the load model's other batch does to `b` is its own.
  const at = a.workload.batch_size;
  const idle = a.idle_kwh && b.idle_kwh ? ([a.idle_kwh, b.idle_kwh] as const) : null;
  const other = idle ? { ...b.workload, batch_size: at } : b.workload;
  const ratio = energyRatio(a.workload, other, catalogue);
  if (!ratio || !idle) return ratio;
  const effect = batchEffect(b.workload, at, catalogue);
  if (effect === null) return null;
  const [idleA, idleB] = idle;
  const busy = b.busy_kwh.value;
  const all = ENDS.flatMap((r) => ENDS.map((i) => (busy * effect * ratio.ratio[r] + idleA[i]) / (busy + idleB[i])));
  const [value = Number.NaN] = all;
  return Number.isFinite(value) && value > 0
    ? asRatio(quantity(value, Math.min(...all), Math.max(...all)), ratio)
    : null;
}

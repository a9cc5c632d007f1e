import type { Catalogue } from "../domain/catalogue.ts";
import { exactly, product, type Quantity, quantity } from "../domain/interval.ts";
import type { Workload } from "../domain/workload.ts";
import { once } from "./once.ts";
import { asRatio, energyRatio, type Ratio } from "./ratio.ts";

/** What a configuration uses in a month. */
export interface Use {
  /** At the batch that it runs: the one asked for, or what the load model settles at. */
  readonly workload: Workload;
  readonly busy_kwh: Quantity;
  /** Energy at the asked lengths over what `busy_kwh` shows: see `lengthFactor`. */
  readonly length_factor: number;
  /** Of an always-on fleet; null of requests alone. */
  readonly idle_kwh: Quantity | null;
}

const ENDS = ["value", "low", "high"] as const;

interface BusyRatio {
  readonly ratio: Quantity;
  readonly source: Ratio;
}
/** While busy, of the first over the second. */
export type BusyRatios = (a: Workload, b: Workload) => BusyRatio | null;

/** Of each two workloads once: fleets of different bounds settle at the same batch as long as none of them is reached. */
export function busyRatios(catalogue: Catalogue): BusyRatios {
  const against = once((a: Workload) => once((b: Workload) => busyRatio(a, b, catalogue)));
  return (a, b) => against(a)(b);
}

/** While busy: told apart at one batch, and what the load model's other batch does to `b` beside it, each with its error. */
function busyRatio(a: Workload, b: Workload, catalogue: Catalogue): BusyRatio | null {
  const alike = { ...b, batch_size: a.batch_size };
  const source = energyRatio(a, alike, catalogue);
  const batches = source && (a.batch_size === b.batch_size ? exactly(1) : energyRatio(alike, b, catalogue)?.ratio);
  return source && batches ? { ratio: product(source.ratio, batches), source } : null;
}

/**
 * The month of `a` over the month of `b`, which serve the same requests: the ratio of what they use while busy, and idle
 * power, whose assumed factor is one and the same on both sides. null when one side has no estimate.
 */
export function monthRatio(
  a: Use,
  b: Use,
  catalogue: Catalogue,
  busyRatioOf: BusyRatios = busyRatios(catalogue),
): Ratio | null {
  const [x, y] = [a.workload, b.workload];
  if (!a.idle_kwh || !b.idle_kwh) {
    const oneDiffers = x.precision === y.precision || x.batch_size === y.batch_size;
    if (oneDiffers) return energyRatio(x, y, catalogue);
    const requests = busyRatioOf(x, y);
    return requests && asRatio(requests.ratio, requests.source);
  }
  const busy = busyRatioOf(x, y);
  if (!busy) return null;
  const [idleA, idleB, kwh] = [a.idle_kwh, b.idle_kwh, b.busy_kwh.value * b.length_factor];
  const all = ENDS.flatMap((r) => ENDS.map((i) => (kwh * busy.ratio[r] + idleA[i]) / (kwh + idleB[i])));
  const [value = Number.NaN] = all;
  return Number.isFinite(value) && value > 0
    ? asRatio(quantity(value, Math.min(...all), Math.max(...all)), busy.source)
    : null;
}

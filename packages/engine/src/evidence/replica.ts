import type { Catalogue } from "../domain/catalogue.ts";
import type { Workload } from "../domain/workload.ts";
import { memoryGb } from "../physics/memory.ts";
import { predictAlong } from "../physics/predict.ts";
import { once } from "./once.ts";
import { rootOf } from "./root.ts";
import { type ThroughputAt, throughputAlong } from "./throughput.ts";

/** Where a replica settles under its traffic. */
export interface Operation {
  /** Mean concurrent sequences while busy, at least 1. */
  readonly batch: number;
  readonly busy_fraction: number;
  /** Over all of the time: Little's n = λ T. */
  readonly mean_concurrency: number;
  readonly utilization: number;
}

/** Requests that come at random overlap now and then: with n of them in the replica on average it is busy 1 − e^(−n) of the time (M/G/∞), so while busy it holds n / busy of them. */
const busyShare = (n: number): number => -Math.expm1(-n);
const batchWhileBusy = (n: number): number => (n <= 0 ? 1 : Math.max(1, n / busyShare(n)));
/** Below this load no two requests ever meet. */
const HARDLY_ANY = 1e-12;

const MOST_STEPS = 60;

/** The n with which the replica holds `batch` sequences while busy: n = batch (1 − e^(−n)), which repeating nears. */
function meanNumberAt(batch: number): number {
  let n = batch;
  for (let i = 0; i < MOST_STEPS; i++) {
    const next = batch * busyShare(n);
    if (Math.abs(next - n) <= Number.EPSILON * n) return next;
    n = next;
  }
  return n;
}

/** The most sequences at once: the bound (max_num_seqs) and the memory left for the KV cache. */
function largestConcurrency(w: Workload, bound: number, catalogue: Catalogue): number {
  const fits = (batch_size: number) => memoryGb({ ...w, batch_size }, catalogue).fits;
  if (bound === 1 || fits(bound)) return bound;
  let [low, high] = [1, bound];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Tokens per second at `batch` concurrent sequences; rows that publish energy only are filled by physics. */
function filledByPhysics(w: Workload, catalogue: Catalogue): ThroughputAt {
  const throughputAt = throughputAlong(w, catalogue);
  const physics = predictAlong(w, catalogue);
  return (batch_size) => throughputAt(batch_size) ?? physics?.(batch_size).throughput_tok_s ?? null;
}

/** What a replica makes while it holds so many sequences on average. */
interface Milestone {
  /** Mean sequences over all of the time. */
  readonly n: number;
  /** Tokens per second while busy, and over all of the time. */
  readonly throughput: number;
  readonly made: number;
}

/** The load model of one replica under a traffic, in tokens per second, with a bound on its sequences (max_num_seqs); null where its throughput is not known. */
export type OperationOf = (tokensPerSecond: number, bound: number) => Operation | null;

/** The load model of this configuration: what its bound and its traffic do not change is found once. `w.batch_size` is not looked at. */
export function replicaOf(w: Workload, catalogue: Catalogue): OperationOf {
  const throughputAt = filledByPhysics(w, catalogue);
  const mostAtOnce = once((bound: number) => largestConcurrency(w, bound, catalogue));
  const milestoneAt = once((batch: number): Milestone | null => {
    const throughput = throughputAt(batch);
    const n = batch === 1 ? 0 : meanNumberAt(batch);
    return throughput === null ? null : { n, throughput, made: busyShare(n) * throughput };
  });
  const solved = new Map<number, { readonly high: Milestone; readonly n: number }>();
  return (tokensPerSecond, bound) => {
    const most = mostAtOnce(bound);
    const [alone, full] = [milestoneAt(1), milestoneAt(most)];
    if (!alone || !full) return null;
    const capacity = Math.max(alone.throughput, full.throughput);
    const utilization = tokensPerSecond / capacity;
    const at = (batch: number, busy_fraction: number): Operation => ({
      batch,
      busy_fraction,
      mean_concurrency: busy_fraction * batch,
      utilization,
    });
    if (utilization >= 1) return at(most, 1);
    if (utilization < HARDLY_ANY) return at(1, tokensPerSecond / alone.throughput);
    if (tokensPerSecond >= full.made) return at(most, Math.min(1, tokensPerSecond / full.throughput));
    const between = milestonesAround(tokensPerSecond, most, milestoneAt, alone);
    // The bound changes nothing that it does not reach: the same two milestones have the same answer.
    const known = solved.get(tokensPerSecond);
    const n = known?.high === between.high ? known.n : meanNumberMaking(tokensPerSecond, between, throughputAt);
    solved.set(tokensPerSecond, { high: between.high, n });
    const batch = batchWhileBusy(n);
    return at(batch, Math.min(1, tokensPerSecond / (throughputAt(batch) ?? capacity)));
  };
}

/** Between which powers of two (or the most at once) the replica makes the tokens asked for; `most` of them are enough. */
function milestonesAround(
  tokensPerSecond: number,
  most: number,
  milestoneAt: (batch: number) => Milestone | null,
  alone: Milestone,
): { readonly low: Milestone; readonly high: Milestone } {
  let [low, high] = [alone, alone];
  for (let batch = 1; batch < most && high.made <= tokensPerSecond; ) {
    batch = Math.min(2 * batch, most);
    [low, high] = [high, milestoneAt(batch) ?? high];
  }
  return { low, high };
}

/** The mean number n at which the replica makes the tokens asked for: busy(n) × throughput(batch(n)). */
function meanNumberMaking(
  tokensPerSecond: number,
  { low, high }: { readonly low: Milestone; readonly high: Milestone },
  throughputAt: ThroughputAt,
): number {
  // Throughput bends little on logarithmic axes, so false position there finds n in a few steps.
  const excess = (x: number) => {
    const n = Math.exp(x);
    const made = busyShare(n) * (throughputAt(batchWhileBusy(n)) ?? high.throughput);
    return Math.log(made / tokensPerSecond);
  };
  const least = low.n > 0 ? low.n : tokensPerSecond / Math.max(low.throughput, high.throughput);
  return Math.exp(rootOf(excess, Math.log(least), Math.log(high.n)));
}

import type { Catalogue } from "../domain/catalogue.ts";
import type { Unknown } from "../domain/estimate.ts";
import type { Fleet, FleetEstimate, FleetOutcome } from "../domain/fleet.ts";
import { formatNumber } from "../domain/format.ts";
import { scale, sum } from "../domain/interval.ts";
import { HOURS_PER_MONTH, J_PER_KWH, SECONDS_PER_HOUR } from "../domain/units.ts";
import type { Workload } from "../domain/workload.ts";
import { memoryGb } from "../physics/memory.ts";
import { predict } from "../physics/predict.ts";
import { estimateWorkload } from "./estimate.ts";
import { howToMeasureEffect } from "./how-to-measure.ts";
import { loadedIdle, loadedIdleNote } from "./loaded-idle.ts";
import { fleetHours, priced, withRental } from "./monthly.ts";
import { rootOf } from "./root.ts";
import { unanswerable } from "./support.ts";
import { throughputOf } from "./throughput.ts";

const SECONDS_PER_MONTH = HOURS_PER_MONTH * SECONDS_PER_HOUR;
const W_PER_KW = 1000;
/** A fleet that is exactly full is not too small: what is beyond this is more than rounding. */
const FULL = 1 + 1e-9;

/** Tokens per second at `batch` concurrent sequences; rows that publish energy only are filled by physics. */
function throughputAt(w: Workload, batch: number, catalogue: Catalogue): number | null {
  const at = { ...w, batch_size: batch };
  return throughputOf(at, catalogue) ?? predict(at, catalogue)?.throughput_tok_s ?? null;
}

/** The most sequences at once: `max_num_seqs` (the workload's batch_size) and the memory left for the KV cache. */
function largestConcurrency(w: Workload, catalogue: Catalogue): number {
  const fits = (batch: number) => memoryGb({ ...w, batch_size: batch }, catalogue).fits;
  if (fits(w.batch_size) || w.batch_size === 1) return w.batch_size;
  let [low, high] = [1, w.batch_size];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

interface Operation {
  /** Mean concurrent sequences while busy, at least 1. */
  readonly batch: number;
  readonly busy_fraction: number;
  /** Over all of the time: Little's n = λ T. */
  readonly mean_concurrency: number;
  readonly utilization: number;
}

/** Requests that come at random overlap now and then: with n of them in the replica on average it is busy 1 − e^(−n) of the time (M/G/∞), so while busy it holds n / busy of them, at most its bound. */
const busyShare = (n: number): number => -Math.expm1(-n);
const batchWhileBusy = (n: number, bound: number): number =>
  n <= 0 ? 1 : Math.min(bound, Math.max(1, n / busyShare(n)));
/** Below this load no two requests ever meet. */
const HARDLY_ANY = 1e-12;
/** With this many on average the replica is never idle, to the last digit. */
const ALWAYS_BUSY = 40;

/** The mean number n at which the replica makes the tokens asked for: busy(n) × throughput(batch(n)). */
function operate(w: Workload, tokensPerSecond: number, bound: number, catalogue: Catalogue): Operation | null {
  const most = throughputAt(w, bound, catalogue);
  const alone = throughputAt(w, 1, catalogue);
  if (alone === null || most === null) return null;
  const capacity = Math.max(alone, most);
  const utilization = tokensPerSecond / capacity;
  if (utilization >= 1) return { batch: bound, busy_fraction: 1, mean_concurrency: bound, utilization };
  if (utilization < HARDLY_ANY) {
    const busy_fraction = tokensPerSecond / alone;
    return { batch: 1, busy_fraction, mean_concurrency: busy_fraction, utilization };
  }
  // Throughput bends little on logarithmic axes, so false position there finds n in a few steps.
  const excess = (x: number) => {
    const n = Math.exp(x);
    const made = busyShare(n) * (throughputAt(w, batchWhileBusy(n, bound), catalogue) ?? capacity);
    return Math.log(made / tokensPerSecond);
  };
  const n = Math.exp(rootOf(excess, Math.log(tokensPerSecond / capacity), Math.log(Math.max(bound, ALWAYS_BUSY))));
  const batch = batchWhileBusy(n, bound);
  const busy = Math.min(1, tokensPerSecond / (throughputAt(w, batch, catalogue) ?? capacity));
  return { batch, busy_fraction: busy, mean_concurrency: busy * batch, utilization };
}

/** Above this share of its capacity a queue's tail latency grows steeply (the contract's load model). */
export const TAIL_RISK_UTILIZATION = 0.8;

/** The fewest replicas that keep the tail short, at this utilisation of so many. */
export const calmReplicas = (utilization: number, replicas: number): number =>
  Math.max(1, Math.ceil((utilization * replicas) / TAIL_RISK_UTILIZATION / FULL));

/** null where these replicas can serve the traffic. */
const replicasNeeded = (utilization: number, replicas: number): number | null =>
  utilization > FULL ? Math.ceil(utilization * replicas) : null;

const counted = (replicas: number): string => `${replicas} ${replicas === 1 ? "replica" : "replicas"}`;

/** What to tell of a fleet that cannot serve its traffic; null where it can. */
export function overload(utilization: number, replicas: number): string | null {
  const needed = replicasNeeded(utilization, replicas);
  return needed === null
    ? null
    : `The traffic is ${formatNumber(utilization)} times what ${counted(replicas)} of this configuration can serve: ${formatNumber(needed)} are needed, and the figures are for so many.`;
}

/** What to tell of a fleet that serves its traffic, but with hardly any room; null where there is room. */
export const tailRisk = (utilization: number, replicas: number): string | null =>
  utilization > TAIL_RISK_UTILIZATION * FULL && utilization <= FULL
    ? `The traffic is ${formatNumber(100 * utilization, 2)} % of what ${counted(replicas)} can serve: above 80 % requests wait for one another and the slowest take many times the mean; ${calmReplicas(utilization, replicas)} replicas keep it below.`
    : null;

const noIdle = (w: Workload): Unknown => ({
  kind: "unknown",
  missing: `The idle power of the ${w.gpu.name} is not known, so an always-on fleet of it cannot be estimated.`,
  nearest_evidence: [],
  how_to_measure: howToMeasureEffect("idle", w.model.id),
});

/**
 * An always-on fleet under its traffic, by the contract's load model: busy energy at the mean concurrency plus idle
 * energy, × GPUs × replicas × PUE. Beyond its capacity the figures are for the replicas that the traffic needs: a fleet
 * that serves less must not look as if it saved.
 */
export function estimateFleet(fleet: Fleet, catalogue: Catalogue): FleetOutcome {
  const { workload: w, demand } = fleet;
  const replicas = demand.replicas ?? 1;
  const alone = estimateWorkload({ ...w, batch_size: 1 }, catalogue);
  if (alone.kind !== "estimated") return alone;
  const idle = loadedIdle(w, catalogue);
  if (!idle) return noIdle(w);
  const bound = largestConcurrency(w, catalogue);
  const tokensPerSecond =
    replicas === 0 ? 0 : (demand.requests_per_month * w.generation_length) / replicas / SECONDS_PER_MONTH;
  const operation = operate(w, tokensPerSecond, bound, catalogue);
  if (!operation) return unanswerable(w, catalogue);
  const here = estimateWorkload({ ...w, batch_size: operation.batch }, catalogue);
  if (here.kind !== "estimated") return here;
  const fleetTokens = tokensPerSecond * SECONDS_PER_MONTH * replicas;
  const jPerToken = scale(here.metrics.energy_j_per_request, 1 / w.generation_length);
  const busy_kwh = scale(jPerToken, (fleetTokens / J_PER_KWH) * demand.pue);
  const idleHours = replicas * w.num_gpus * HOURS_PER_MONTH * (1 - operation.busy_fraction);
  const idle_kwh = scale(idle.power_w, (idleHours / W_PER_KW) * demand.pue);
  const replicas_needed = replicasNeeded(operation.utilization, replicas);
  const strain = overload(operation.utilization, replicas) ?? tailRisk(operation.utilization, replicas);
  const result: FleetEstimate = {
    kind: "estimated",
    metrics: here.metrics,
    monthly: {
      requests: demand.requests_per_month,
      ...priced(sum([busy_kwh, idle_kwh]), demand),
      ...withRental(fleetHours(replicas_needed ?? replicas, w.num_gpus), demand),
    },
    basis: {
      ...here.basis,
      evidence: [...new Set([...here.basis.evidence, ...idle.rows.map(({ id }) => id)])],
      notes: [
        ...here.basis.notes,
        `Load model: ${operation.mean_concurrency.toFixed(2)} concurrent sequences per replica on average, busy ${(100 * operation.busy_fraction).toFixed(0)} % of the time; ${loadedIdleNote(idle)}.`,
        ...(strain === null ? [] : [strain]),
      ],
    },
    operating_batch: operation.batch,
    mean_concurrency: operation.mean_concurrency,
    busy_fraction: operation.busy_fraction,
    busy_kwh,
    idle_kwh,
    replicas_needed,
    utilization: operation.utilization,
  };
  return result;
}

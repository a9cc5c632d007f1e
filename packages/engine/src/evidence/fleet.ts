import type { Catalogue } from "../domain/catalogue.ts";
import type { DoesNotFit, Estimated, Unknown } from "../domain/estimate.ts";
import type { Fleet, FleetEstimate, FleetOutcome } from "../domain/fleet.ts";
import { formatNumber } from "../domain/format.ts";
import { including, type Quantity, scale, sum } from "../domain/interval.ts";
import { HOURS_PER_MONTH, J_PER_KWH, SECONDS_PER_HOUR, W_PER_KW } from "../domain/units.ts";
import type { Demand, Workload } from "../domain/workload.ts";
import { coefficientsOf, idlePowerW } from "../physics/predict.ts";
import { estimateWorkload } from "./estimate.ts";
import { howToMeasureEffect } from "./how-to-measure.ts";
import { type LoadedIdle, loadedIdle, loadedIdleNote } from "./loaded-idle.ts";
import { fleetHours, priced, withRental } from "./monthly.ts";
import { once } from "./once.ts";
import { type Operation, replicaOf } from "./replica.ts";
import { unanswerable } from "./support.ts";

/** A fleet that is exactly full is not too small: what is beyond this is more than rounding. */
const FULL = 1 + 1e-9;

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

/** Hours of a month that a fleet is up. */
const hoursOf = ({ hours_per_month }: Demand): number => hours_per_month ?? HOURS_PER_MONTH;

/** A fleet that runs: its figures, without the words of an estimate, of which a search and a curve need few. */
export interface FleetRun {
  readonly kind: "runs";
  readonly demand: Demand;
  readonly operation: Operation;
  /** At the batch that it settles at. */
  readonly workload: Workload;
  readonly here: Estimated;
  readonly idle: LoadedIdle;
  readonly busy_kwh: Quantity;
  readonly idle_kwh: Quantity;
}

/** The fleets of one configuration: under any traffic, with any number of replicas and any bound on the sequences of each. */
export type FleetsOf = (demand: Demand, max_num_seqs: number) => FleetRun | Unknown | DoesNotFit;

/**
 * Always-on fleets under their traffic, by the contract's load model: busy energy at the mean concurrency plus idle
 * energy, × GPUs × replicas × PUE. Beyond its capacity the figures are for the replicas that the traffic needs: a fleet
 * that serves less must not look as if it saved. The traffic comes within the hours that the fleet is up. What depends on the configuration alone is found once;
 * `w.batch_size` is not looked at.
 */
export function fleetsOf(w: Workload, catalogue: Catalogue): FleetsOf {
  const estimateAt = once((batch_size: number) => {
    const workload = { ...w, batch_size };
    return { workload, estimate: estimateWorkload(workload, catalogue) };
  });
  const { estimate: alone } = estimateAt(1);
  if (alone.kind !== "estimated") return () => alone;
  const idle = loadedIdle(w, catalogue);
  if (!idle) return () => noIdle(w);
  const operate = replicaOf(w, catalogue);
  return (demand, max_num_seqs) => {
    const replicas = demand.replicas ?? 1;
    const tokens = replicas === 0 ? 0 : demand.requests_per_month * w.generation_length;
    const seconds = hoursOf(demand) * SECONDS_PER_HOUR;
    const operation = operate(replicas === 0 ? 0 : tokens / replicas / seconds, max_num_seqs);
    if (!operation) return unanswerable(w, catalogue);
    const { workload, estimate: here } = estimateAt(operation.batch);
    if (here.kind !== "estimated") return here;
    const jPerToken = scale(here.metrics.energy_j_per_request, 1 / w.generation_length);
    const idleHours = replicas * w.num_gpus * hoursOf(demand) * (1 - operation.busy_fraction);
    const idle_kwh = scale(idle.power_w, (idleHours / W_PER_KW) * demand.pue);
    const unused = demand.unused_gpus ? unusedKwh({ workload: w, demand }, catalogue) : null;
    return {
      kind: "runs",
      demand,
      operation,
      workload,
      here,
      idle,
      busy_kwh: scale(jPerToken, (tokens / J_PER_KWH) * demand.pue),
      idle_kwh: unused ? sum([idle_kwh, unused]) : idle_kwh,
    };
  };
}

/**
 * A month of the GPUs that nothing runs on, in kWh of the site: they draw their idle power all the time; whether the
 * engine holds memory on them is not known. null where the card's idle power is not.
 */
export function unusedKwh({ workload: w, demand }: Fleet, catalogue: Catalogue): Quantity | null {
  const loaded = loadedIdle(w, catalogue);
  const bare = idlePowerW(w.gpu, coefficientsOf(catalogue)) ?? loaded?.power_w.low;
  if (!loaded || bare === undefined) return null;
  const hours = (demand.replicas ?? 1) * (demand.unused_gpus ?? 0) * hoursOf(demand);
  return scale({ ...including(loaded.power_w, [bare]), value: bare }, (hours / W_PER_KW) * demand.pue);
}

/** The whole estimate of a fleet. */
export function fleetEstimate(run: FleetRun): FleetEstimate {
  const { demand, operation, here, idle, busy_kwh, idle_kwh, workload } = run;
  const replicas = demand.replicas ?? 1;
  const { batch, busy_fraction, mean_concurrency, utilization } = operation;
  const replicas_needed = replicasNeeded(utilization, replicas);
  const unused = demand.unused_gpus ?? 0;
  const strain = overload(utilization, replicas) ?? tailRisk(utilization, replicas);
  return {
    kind: "estimated",
    metrics: here.metrics,
    monthly: {
      requests: demand.requests_per_month,
      ...priced(sum([busy_kwh, idle_kwh]), demand),
      ...withRental(fleetHours(replicas_needed ?? replicas, workload.num_gpus + unused, hoursOf(demand)), demand),
    },
    basis: {
      ...here.basis,
      evidence: [...new Set([...here.basis.evidence, ...idle.rows.map(({ id }) => id)])],
      notes: [
        ...here.basis.notes,
        `Load model: ${mean_concurrency.toFixed(2)} concurrent sequences per replica on average, busy ${(100 * busy_fraction).toFixed(0)} % of the time; ${loadedIdleNote(idle)}.`,
        ...(unused === 0
          ? []
          : [
              `Of the ${workload.num_gpus + unused} GPUs of a replica ${workload.num_gpus} ${workload.num_gpus === 1 ? "is" : "are"} used; ${unused === 1 ? "the other one idles" : `the other ${unused} idle`}, and that is in the month's figures.`,
            ]),
        ...(strain === null ? [] : [strain]),
      ],
    },
    operating_batch: batch,
    mean_concurrency,
    busy_fraction,
    busy_kwh,
    idle_kwh,
    replicas_needed,
    utilization,
  };
}

/** One always-on fleet; `workload.batch_size` bounds the sequences of a replica. */
export function estimateFleet({ workload, demand }: Fleet, catalogue: Catalogue): FleetOutcome {
  const run = fleetsOf(workload, catalogue)(demand, workload.batch_size);
  return run.kind === "runs" ? fleetEstimate(run) : run;
}

import type { FleetEstimate } from "../domain/fleet.ts";
import { type Quantity, sum } from "../domain/interval.ts";
import type { Workload } from "../domain/workload.ts";
import { estimateFleet } from "../evidence/fleet.ts";
import type { RuleSubject } from "./rule.ts";

export interface Waste {
  /** Share of today's energy for the traffic that the change saves; negative where it costs. */
  readonly low: number;
  readonly high: number;
  readonly value: number;
  readonly before: FleetEstimate;
  readonly after: FleetEstimate;
}

/** Always for all of the traffic: beyond its capacity an estimate is for the replicas needed, so overload is in it. */
const energyOf = (estimate: FleetEstimate): Quantity => sum([estimate.busy_kwh, estimate.idle_kwh]);

/**
 * What another workload under the same traffic would save of this deployment's energy, in percent. The error of the
 * card and the model is shared and cancels.
 */
export function wasteAgainst({ resolved, fleet, catalogue }: RuleSubject, change: Partial<Workload>): Waste | null {
  if (!resolved || fleet?.kind !== "estimated") return null;
  const workload: Workload = { ...resolved.workload, ...change };
  const after = estimateFleet({ workload, demand: resolved.demand }, catalogue);
  if (after.kind !== "estimated") return null;
  const [from, to] = [energyOf(fleet), energyOf(after)];
  const saved = (["low", "value", "high"] as const).map((end) =>
    from[end] === 0 ? 0 : 100 * (1 - to[end] / from[end]),
  );
  return {
    low: Math.min(...saved),
    high: Math.max(...saved),
    value: saved[1] ?? 0,
    before: fleet,
    after,
  };
}

/** Share of the deployment's energy spent while serving, 0-1: a saving per token is a saving of this part only. */
export function servingShare({ fleet }: RuleSubject): number {
  if (fleet?.kind !== "estimated") return 1;
  const total = fleet.busy_kwh.value + fleet.idle_kwh.value;
  return total === 0 ? 1 : fleet.busy_kwh.value / total;
}

/** A saving per token in percent → a saving of the whole deployment. */
export const ofDeployment = (percent: { readonly low: number; readonly high: number }, subject: RuleSubject) => {
  const share = servingShare(subject);
  return { low: percent.low * share, high: percent.high * share };
};

import type { Catalogue } from "../domain/catalogue.ts";
import type { FleetEstimate } from "../domain/fleet.ts";
import { type Quantity, sum } from "../domain/interval.ts";
import type { Workload } from "../domain/workload.ts";
import { estimateFleet } from "../evidence/fleet.ts";
import { shownToAsked } from "../evidence/lengths.ts";
import { monthRatio, type Use } from "../evidence/month-ratio.ts";
import type { RuleSubject } from "./rule.ts";

export interface Waste {
  /** Share of today's energy for the traffic that the change saves; negative where it costs. */
  readonly low: number;
  readonly high: number;
  readonly value: number;
  readonly before: FleetEstimate;
  readonly after: FleetEstimate;
  /** One session measured both precisions; else physics compares them. */
  readonly is_measured: boolean;
}

/** Always for all of the traffic: beyond its capacity an estimate is for the replicas needed, so overload is in it. */
const energyOf = (estimate: FleetEstimate): Quantity => sum([estimate.busy_kwh, estimate.idle_kwh]);

function useOf(w: Workload, { operating_batch, busy_kwh, idle_kwh, basis }: FleetEstimate, catalogue: Catalogue): Use {
  const workload = { ...w, batch_size: operating_batch };
  return { workload, busy_kwh, idle_kwh, length_factor: shownToAsked(workload, basis, catalogue) };
}

/**
 * What another workload, or as many other replicas, would save of this deployment's energy under the same traffic, in
 * percent. The error of the card and the model is shared and cancels; that of a precision does not.
 */
export function wasteAgainst(
  { resolved, fleet, catalogue }: RuleSubject,
  change: Partial<Workload>,
  replicas?: number,
): Waste | null {
  if (!resolved || fleet?.kind !== "estimated") return null;
  const workload: Workload = { ...resolved.workload, ...change };
  const demand = replicas === undefined ? resolved.demand : { ...resolved.demand, replicas };
  const after = estimateFleet({ workload, demand }, catalogue);
  if (after.kind !== "estimated") return null;
  const [from, to] = [energyOf(fleet), energyOf(after)];
  const compared = change.precision
    ? monthRatio(useOf(workload, after, catalogue), useOf(resolved.workload, fleet, catalogue), catalogue)
    : null;
  const saved = ENDS.map((end) => {
    if (from[end] === 0) return 0;
    return 100 * (1 - (compared?.ratio[end] ?? to[end] / from[end]));
  });
  return {
    low: Math.min(...saved),
    high: Math.max(...saved),
    value: saved[1] ?? 0,
    before: fleet,
    after,
    is_measured: compared?.basis === "same session",
  };
}

const ENDS = ["low", "value", "high"] as const;

/** The part of a waste that is one, with the rows behind both sides. */
export const impactOf = ({ low, high, before, after }: Waste) => ({
  impact_percent: { low: Math.max(0, low), high: Math.max(0, high) },
  evidence: [...new Set([...before.basis.evidence, ...after.basis.evidence])],
});

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

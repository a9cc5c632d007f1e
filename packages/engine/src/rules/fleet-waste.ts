import type { FleetEstimate } from "../domain/fleet.ts";
import type { Workload } from "../domain/workload.ts";
import { estimateFleet } from "../evidence/fleet.ts";
import type { RuleSubject } from "./rule.ts";

export interface Waste {
  /** Share of today's energy per served request that the change saves; negative where it costs. */
  readonly low: number;
  readonly high: number;
  readonly value: number;
  readonly before: FleetEstimate;
  readonly after: FleetEstimate;
}

/** Energy per request that the fleet really serves: beyond its capacity it serves fewer than it is asked. */
const perServed = (estimate: FleetEstimate, end: "low" | "value" | "high"): number =>
  (estimate.busy_kwh[end] + estimate.idle_kwh[end]) * Math.max(1, estimate.utilization);

/** What another workload under the same traffic would save of this deployment's energy, in percent. The error of the card and the model is shared and cancels. */
export function wasteAgainst({ resolved, fleet, catalogue }: RuleSubject, change: Partial<Workload>): Waste | null {
  if (!resolved || fleet?.kind !== "estimated") return null;
  const workload: Workload = { ...resolved.workload, ...change };
  const after = estimateFleet({ workload, demand: resolved.demand }, catalogue);
  if (after.kind !== "estimated") return null;
  const saved = (["low", "value", "high"] as const).map((end) => {
    const before = perServed(fleet, end);
    return before === 0 ? 0 : 100 * (1 - perServed(after, end) / before);
  });
  return {
    low: Math.min(...saved),
    high: Math.max(...saved),
    value: saved[1] ?? 0,
    before: fleet,
    after,
  };
}

/** Share of the deployment's energy that is spent while serving, 0-1: a saving per token is a saving of this part only. */
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

import type { Catalogue } from "../domain/catalogue.ts";
import type { Deployment } from "../domain/deployment.ts";
import type { Resolved } from "../domain/request.ts";
import { estimateFleet } from "../evidence/fleet.ts";
import type { AuditOptions } from "./audit-options.ts";

/** A job whose hours are stated works through all of them, unless a traffic is stated too. */
export const keepsBusy = ({ short_lived }: Deployment, options: AuditOptions): boolean =>
  short_lived === true &&
  options.hours_per_month !== undefined &&
  options.requests_per_month === undefined &&
  options.requests_per_day === undefined &&
  options.utilization === undefined;

/** The traffic that a stated utilization comes to: what the replicas can serve, times it. As it was where none is stated or nothing is known of the fleet. */
export function withUtilization(resolved: Resolved, { utilization }: AuditOptions, catalogue: Catalogue): Resolved {
  if (utilization === undefined) return resolved;
  const { workload, demand, configuration } = resolved;
  const outcome = estimateFleet({ workload, demand }, catalogue);
  // Traffic and utilization are in proportion; where one is 0 the other says nothing.
  if (outcome.kind !== "estimated" || outcome.utilization === 0) return resolved;
  const requests_per_month = Math.round((demand.requests_per_month * utilization) / outcome.utilization);
  return {
    ...resolved,
    demand: { ...demand, requests_per_month },
    configuration: {
      ...configuration,
      requests_per_month,
      assumed: configuration.assumed.filter((name) => name !== "requests_per_month"),
    },
  };
}

import type { Catalogue } from "../domain/catalogue.ts";
import type { Fleet, FleetEstimate } from "../domain/fleet.ts";
import { scale, sum } from "../domain/interval.ts";
import type { LoadPoint } from "../domain/report.ts";
import { J_PER_KWH } from "../domain/units.ts";
import { calmReplicas, estimateFleet } from "./fleet.ts";

/** Traffic at which the curve is told, as a multiple of what one replica can serve. */
const LOADS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.9, 1.2, 1.6, 2, 2.4, 3.2] as const;

function pointOf(estimate: FleetEstimate, replicas: number, pue: number): LoadPoint {
  const { requests } = estimate.monthly;
  return {
    requests_per_month: requests,
    replicas,
    utilization: estimate.utilization,
    mean_concurrency: estimate.mean_concurrency,
    busy_fraction: estimate.busy_fraction,
    energy_j_per_request: scale(sum([estimate.busy_kwh, estimate.idle_kwh]), J_PER_KWH / requests / pue),
    latency_ms_per_request: estimate.metrics.latency_ms_per_request,
  };
}

/**
 * Energy per request against traffic, on the fewest replicas that leave room for the tail. Little traffic pays for idle
 * hours and more shares its steps, so each number of replicas has its least just before the next is needed.
 */
export function loadCurve({ workload, demand }: Fleet, catalogue: Catalogue): readonly LoadPoint[] {
  const at = (requests_per_month: number, replicas: number) =>
    estimateFleet({ workload, demand: { ...demand, replicas, requests_per_month } }, catalogue);
  const one = at(1, 1);
  if (one.kind !== "estimated") return [];
  return LOADS.flatMap((load) => {
    const replicas = calmReplicas(load, 1);
    const estimate = at(load / one.utilization, replicas);
    return estimate.kind === "estimated" ? [pointOf(estimate, replicas, demand.pue)] : [];
  });
}

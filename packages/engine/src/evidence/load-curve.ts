import { scale, sum } from "../domain/interval.ts";
import type { LoadPoint } from "../domain/report.ts";
import { J_PER_KWH } from "../domain/units.ts";
import type { Demand } from "../domain/workload.ts";
import { calmReplicas, type FleetRun, type FleetsOf } from "./fleet.ts";

/** Traffic at which the curve is told, as a multiple of what one replica can serve. */
const LOADS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.9, 1.2, 1.6, 2, 2.4, 3.2] as const;

function pointOf({ demand, operation, here, busy_kwh, idle_kwh }: FleetRun, replicas: number): LoadPoint {
  const { requests_per_month, pue } = demand;
  const { utilization, mean_concurrency, busy_fraction } = operation;
  return {
    requests_per_month,
    replicas,
    utilization,
    mean_concurrency,
    busy_fraction,
    energy_j_per_request: scale(sum([busy_kwh, idle_kwh]), J_PER_KWH / requests_per_month / pue),
    latency_ms_per_request: here.metrics.latency_ms_per_request,
  };
}

/**
 * Energy per request against traffic, on the fewest replicas that leave room for the tail. Little traffic pays for idle
 * hours and more shares its steps, so each number of replicas has its least just before the next is needed.
 */
export function loadCurve(fleets: FleetsOf, demand: Demand, max_num_seqs: number): readonly LoadPoint[] {
  const at = (requests_per_month: number, replicas: number) =>
    fleets({ ...demand, replicas, requests_per_month }, max_num_seqs);
  const one = at(1, 1);
  if (one.kind !== "runs") return [];
  return LOADS.flatMap((load) => {
    const replicas = calmReplicas(load, 1);
    const run = at(load / one.operation.utilization, replicas);
    return run.kind === "runs" ? [pointOf(run, replicas)] : [];
  });
}

import type { Basis, DoesNotFit, Metrics, Monthly, Unknown } from "./estimate.ts";
import type { Quantity } from "./interval.ts";
import type { Demand, Workload } from "./workload.ts";

/** An always-on fleet under a traffic: `workload.batch_size` is the bound on concurrent sequences per replica (max_num_seqs). */
export interface Fleet {
  readonly workload: Workload;
  /** `demand.replicas` is set. */
  readonly demand: Demand;
}

export interface FleetEstimate {
  readonly kind: "estimated";
  /** At the mean concurrency that the traffic gives. */
  readonly metrics: Metrics;
  readonly monthly: Monthly;
  readonly basis: Basis;
  /** Mean concurrent sequences of a replica while it is busy. */
  readonly operating_batch: number;
  /** Mean concurrent sequences per replica. */
  readonly mean_concurrency: number;
  /** Share of the time that a replica serves at least one request, 0-1. */
  readonly busy_fraction: number;
  readonly busy_kwh: Quantity;
  readonly idle_kwh: Quantity;
  /** Set when the traffic exceeds what the fleet can serve. */
  readonly replicas_needed: number | null;
  /** Traffic over capacity, 0-1 and beyond: tail latency grows from 0.8. */
  readonly utilization: number;
}
export type FleetOutcome = FleetEstimate | Unknown | DoesNotFit;

/** The effect of a change, on the difference: shared errors cancel. */
export interface FleetChange {
  readonly energy_kwh: Quantity;
  readonly cost_usd: Quantity | null;
  readonly carbon_kgco2e: Quantity | null;
  /** Of the value before; null when that is 0. */
  readonly percent: Quantity | null;
  /** What made the difference, largest first; the values add up to energy_kwh.value. */
  readonly causes: readonly { readonly cause: string; readonly energy_kwh: number; readonly why: string }[];
}

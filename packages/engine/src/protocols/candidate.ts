import type { Catalogue } from "../domain/catalogue.ts";
import type { DoesNotFit, Estimate, Unknown } from "../domain/estimate.ts";
import type { FleetEstimate } from "../domain/fleet.ts";
import type { PrecisionId } from "../domain/precision.ts";
import type { Warning } from "../domain/problem.ts";
import type { Candidate } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import type { Workload } from "../domain/workload.ts";
import { estimateWorkload } from "../evidence/estimate.ts";
import { type FleetsOf, fleetEstimate, fleetsOf, overload, tailRisk } from "../evidence/fleet.ts";
import { shownToAsked } from "../evidence/lengths.ts";
import type { Use } from "../evidence/month-ratio.ts";
import { monthOfRequests } from "../evidence/monthly.ts";
import { configurationOf } from "./resolve.ts";

/** The names under which a request asks for what is varied. */
const PARAMETER_OF: ReadonlyMap<string, string> = new Map([
  ["precision", "quantization"],
  ["gpu", "hardware_platform"],
  ["batch_size", "batch_size"],
  ["num_gpus", "num_gpus"],
]);

/** What the products compute in: the precision itself where it is one, else what was asked for, as far as the card can. */
function computeOf({ precision, gpu }: Workload, asked: string): string {
  if (precision === "bf16" || precision === "fp16" || precision === "fp32" || precision === "tf32") return precision;
  return asked === "bf16" && !gpu.supports_bf16 ? "fp16" : asked;
}

/** The same request with another precision, batch, GPU or count: what was chosen is no longer assumed. A calibration is of its own card. */
export const vary = (resolved: Resolved, change: Partial<Workload>): Resolved => {
  const { precision, use_case, assumed } = resolved.configuration;
  const before = resolved.workload;
  const elsewhere = change.gpu !== undefined && change.gpu.id !== before.gpu.id;
  const workload = { ...before, ...change, ...(elsewhere ? { calibration: null } : {}) };
  const chosen = Object.keys(change).map((key) => PARAMETER_OF.get(key));
  return {
    ...resolved,
    workload,
    configuration: configurationOf(
      workload,
      resolved.demand,
      workload.precision === before.precision && !elsewhere ? precision : computeOf(workload, precision),
      use_case,
      assumed.filter((name) => !chosen.includes(name)),
    ),
  };
};

export interface Evaluated {
  readonly kind: "estimated";
  readonly candidate: Candidate;
  readonly use: Use;
  /** The load model's own figures, where `replicas` is given. */
  readonly fleet: FleetEstimate | null;
  readonly warnings: readonly Warning[];
}

function fleetWarnings(fleet: FleetEstimate, replicas: number): Warning[] {
  if (replicas === 0 && fleet.monthly.requests > 0) {
    return [{ code: "no-replicas", message: "No replica runs: none of the requests is served, and nothing is used." }];
  }
  const beyond = overload(fleet.utilization, replicas);
  if (beyond !== null) return [{ code: "overloaded", message: beyond }];
  const tail = tailRisk(fleet.utilization, replicas);
  return tail === null ? [] : [{ code: "tail-latency", message: tail }];
}

export type Evaluation = Evaluated | Unknown | DoesNotFit;

/** What a resolved request is with the fleet that the load model found for it. */
export function evaluatedFleet(
  { demand, configuration }: Resolved,
  run: ReturnType<FleetsOf>,
  catalogue: Catalogue,
): Evaluation {
  if (run.kind !== "runs") return run;
  const fleet = fleetEstimate(run);
  const { metrics, monthly, basis, busy_kwh, idle_kwh } = fleet;
  const { workload } = run;
  return {
    kind: "estimated",
    candidate: { configuration, metrics, monthly, basis },
    use: { workload, busy_kwh, length_factor: shownToAsked(workload, basis, catalogue), idle_kwh },
    fleet,
    warnings: fleetWarnings(fleet, demand.replicas ?? 1),
  };
}

function evaluatedRequests(
  { workload, demand, configuration }: Resolved,
  estimate: Estimate,
  catalogue: Catalogue,
): Evaluation {
  if (estimate.kind !== "estimated") return estimate;
  const { metrics, basis } = estimate;
  const monthly = monthOfRequests(workload, metrics, demand);
  return {
    kind: "estimated",
    candidate: { configuration, metrics, monthly, basis },
    use: {
      workload,
      busy_kwh: monthly.energy_kwh,
      length_factor: shownToAsked(workload, basis, catalogue),
      idle_kwh: null,
    },
    fleet: null,
    warnings: [],
  };
}

/** Metrics, month and basis of a resolved request: of the requests alone, or of the fleet where `replicas` is given. */
export const evaluate = (resolved: Resolved, catalogue: Catalogue, preferredSource?: string): Evaluation =>
  resolved.demand.replicas === null
    ? evaluatedRequests(resolved, estimateWorkload(resolved.workload, catalogue, preferredSource), catalogue)
    : evaluatedFleet(
        resolved,
        fleetsOf(resolved.workload, catalogue)(resolved.demand, resolved.workload.batch_size),
        catalogue,
      );

/** Evaluates one request after another that differ in precision, batch and replicas alone. */
export type Evaluator = (resolved: Resolved) => Evaluation;

/** `evaluate`, with what the load model knows of a precision found once for all of its batches. */
export function boardEvaluator(catalogue: Catalogue): Evaluator {
  const fleets = fleetsByPrecision(catalogue);
  return (resolved) =>
    resolved.demand.replicas === null
      ? evaluate(resolved, catalogue)
      : evaluatedFleet(resolved, fleets(resolved.workload)(resolved.demand, resolved.workload.batch_size), catalogue);
}

/** The fleets of a workload; of those that differ in precision and batch alone, each precision's found once. */
export function fleetsByPrecision(catalogue: Catalogue): (w: Workload) => FleetsOf {
  const known = new Map<PrecisionId, FleetsOf>();
  return (w) => {
    const fleets = known.get(w.precision) ?? fleetsOf(w, catalogue);
    known.set(w.precision, fleets);
    return fleets;
  };
}

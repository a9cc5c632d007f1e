import type { Catalogue } from "../domain/catalogue.ts";
import type { FleetAdvice, FleetChoice, LoadPoint } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { calmReplicas, type FleetsOf } from "../evidence/fleet.ts";
import { loadCurve } from "../evidence/load-curve.ts";
import { monthRatio, type Use } from "../evidence/month-ratio.ts";
import { type Evaluated, type Evaluation, evaluate, evaluatedFleet, fleetsByPrecision } from "./candidate.ts";
import { type Budgets, bestWithin, type Searched, sixDigits } from "./search.ts";
import type { SearchLists } from "./search-space.ts";
import { versus } from "./versus.ts";

/** A larger bound that changes the energy by less than this share changes nothing. */
const HARDLY = 0.005;
/** More replicas than the fewest are tried as long as each one more uses less, this many at most. */
const MOST_MORE = 8;

/** The same question with so many replicas. */
const withReplicas = (resolved: Resolved, replicas: number): Resolved => ({
  ...resolved,
  demand: { ...resolved.demand, replicas },
  configuration: { ...resolved.configuration, replicas },
});

const kwh = ({ candidate }: Pick<Evaluated, "candidate">): number => candidate.monthly.energy_kwh.value;

/** With the fewest replicas at which the traffic leaves room for the tail, or with more where even more use less. */
function withEnoughReplicas(resolved: Resolved, fleets: FleetsOf, catalogue: Catalogue): Evaluation {
  const served = (replicas: number) => {
    const varied = withReplicas(resolved, replicas);
    return { varied, fleet: fleets(varied.demand, varied.workload.batch_size) };
  };
  const alone = served(1);
  if (alone.fleet.kind !== "runs") return alone.fleet;
  const fewest = calmReplicas(alone.fleet.operation.utilization, 1);
  let best = fewest === 1 ? alone : served(fewest);
  for (let more = 1; more <= MOST_MORE; more++) {
    const next = served(fewest + more);
    if (!usesLess(next.fleet, best.fleet)) break;
    best = next;
  }
  return evaluatedFleet(best.varied, best.fleet, catalogue);
}

const usesLess = (a: ReturnType<FleetsOf>, b: ReturnType<FleetsOf>): boolean =>
  a.kind === "runs" && b.kind === "runs" && a.busy_kwh.value + a.idle_kwh.value < b.busy_kwh.value + b.idle_kwh.value;

function choiceOf({ candidate, fleet }: Pick<Evaluated, "candidate" | "fleet">): FleetChoice | null {
  const { replicas, batch_size } = candidate.configuration;
  if (!fleet || replicas === null) return null;
  const { utilization, mean_concurrency, busy_fraction } = fleet;
  return { ...candidate, replicas, max_num_seqs: batch_size, utilization, mean_concurrency, busy_fraction };
}

/** What the request names itself, and what is recommended against it. */
function givenOf(resolved: Resolved, recommended: Use, catalogue: Catalogue): FleetAdvice["given"] {
  const outcome = resolved.demand.replicas === null ? null : evaluate(resolved, catalogue);
  if (outcome?.kind !== "estimated") return null;
  const choice = choiceOf(outcome);
  const ratio = monthRatio(recommended, outcome.use, catalogue);
  return choice && ratio && { ...choice, ...versus(ratio) };
}

/** From which bound on a larger one changes nothing, at the same precision and as many replicas. */
const sufficientBound = (best: Searched, feasible: readonly Searched[]): number =>
  Math.min(
    ...feasible
      .filter(
        ({ candidate }) =>
          candidate.configuration.quantization === best.candidate.configuration.quantization &&
          candidate.configuration.replicas === best.candidate.configuration.replicas &&
          kwh({ candidate }) <= kwh(best) * (1 + HARDLY),
      )
      .map(({ candidate }) => candidate.configuration.batch_size),
  );

/** Of the same load on one replica, two or three the first: their energy differs by rounding alone. */
const leastOf = (curve: readonly LoadPoint[]): LoadPoint | null =>
  curve.reduce<LoadPoint | null>(
    (a, b) => (a && sixDigits(a.energy_j_per_request.value) <= sixDigits(b.energy_j_per_request.value) ? a : b),
    null,
  );

/** What the traffic of the request deserves on the board that is recommended: replicas, bound and precision of least energy with room for the tail. null without traffic, or where nothing meets the budgets. */
export function fleetAdvice(
  resolved: Resolved,
  { resolved: { workload: on } }: Searched,
  budgets: Budgets,
  lists: SearchLists,
  catalogue: Catalogue,
): FleetAdvice | null {
  if (resolved.demand.requests_per_month === 0) return null;
  const board = { ...lists, gpus: [on.gpu], num_gpus: [on.num_gpus] };
  const fleets = fleetsByPrecision(catalogue);
  const evaluator = () => (varied: Resolved) => withEnoughReplicas(varied, fleets(varied.workload), catalogue);
  const { best, feasible } = bestWithin(withReplicas(resolved, 1), budgets, catalogue, board, evaluator);
  const recommended = best && choiceOf(best);
  if (!best || !recommended) return null;
  const { workload } = best.resolved;
  const curve = loadCurve(fleets(workload), resolved.demand, workload.batch_size);
  const least_energy = leastOf(curve);
  return (
    least_energy && {
      recommended,
      max_num_seqs_sufficient: sufficientBound(best, feasible),
      given: givenOf(resolved, best.use, catalogue),
      curve,
      least_energy,
    }
  );
}

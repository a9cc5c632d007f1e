import type { Catalogue } from "../domain/catalogue.ts";
import type { FleetEstimate } from "../domain/fleet.ts";
import { formatNumber } from "../domain/format.ts";
import type { Warning } from "../domain/problem.ts";
import type { Binding, Candidate } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { type BusyRatios, busyRatios, monthRatio, type Use } from "../evidence/month-ratio.ts";
import { memoryGb } from "../physics/memory.ts";
import { accuracyWarning } from "./accuracy-warning.ts";
import { type BudgetFigures, budgetFigures } from "./budget-figures.ts";
import { boardEvaluator, type Evaluated, type Evaluator, vary } from "./candidate.ts";
import { type Board, boardsOf, defaultLists, type SearchLists, useCaseOf } from "./search-space.ts";

export interface Budgets {
  readonly max_latency_ms: number | null;
  readonly max_vram_gb: number | null;
  readonly min_throughput_tok_s: number | null;
}
export const NO_BUDGETS: Budgets = { max_latency_ms: null, max_vram_gb: null, min_throughput_tok_s: null };

export interface Searched {
  readonly resolved: Resolved;
  readonly candidate: Candidate;
  readonly use: Use;
  readonly fleet: FleetEstimate | null;
  /** Energy, or for a candidate that cannot be told from its board's first precision, just above that one's: a tie goes to the first, 16 bit. Independent of the budgets. */
  readonly objective: number;
  readonly violates: readonly Binding[];
  /** Of its fleet; `warningsOf` adds what is to be said of its quality. */
  readonly warnings: readonly Warning[];
  /** A quantized precision beside another: nobody judged what it costs in quality. */
  readonly quality_unassessed: boolean;
}

/** What a reader has to be told of the configuration that is shown. */
export const warningsOf = (
  { warnings, quality_unassessed, resolved }: Searched,
  catalogue: Catalogue,
): readonly Warning[] => [...warnings, ...(quality_unassessed ? [accuracyWarning(resolved.workload, catalogue)] : [])];

/** A configuration that has no estimate or does not fit, and why. */
export interface Skipped {
  readonly resolved: Resolved;
  readonly why: string;
}

export interface SearchResult {
  readonly best: Searched | null;
  /** Feasible ones, best first. */
  readonly feasible: readonly Searched[];
  /** The rest, the one that misses its budgets by least first. */
  readonly infeasible: readonly Searched[];
  readonly skipped: readonly Skipped[];
}

const TIE = 1 + 1e-9;
/** In log: as good as infinitely far from a budget. */
const FURTHEST = 50;

/** Which budgets a configuration breaks, and what to say of the figures that were held against them. */
function judgedBy(budgets: Budgets, searched: Omit<Searched, "violates">, catalogue: Catalogue): Searched {
  if (Object.values(budgets).every((limit) => limit === null)) return { ...searched, violates: [] };
  const { shown, held, warning, felt } = budgetFigures(searched, catalogue);
  const violates = violations(held, budgets);
  const timed = budgets.max_latency_ms !== null || budgets.min_throughput_tok_s !== null;
  const tells = timed && (felt || violations(shown, budgets).length !== violates.length);
  return { ...searched, violates, warnings: [...searched.warnings, ...(warning && tells ? [warning] : [])] };
}

function violations({ latency_ms, vram_gb, throughput_tok_s }: BudgetFigures, budgets: Budgets): Binding[] {
  const over = (
    budget: Binding["budget"],
    limit: number | null,
    value: number | null,
    broken: (v: number, l: number) => boolean,
  ): Binding[] => {
    if (limit === null) return [];
    // A figure that is not known cannot be shown to meet a budget.
    if (value === null) return [{ budget, limit, value }];
    return broken(value, limit) ? [{ budget, limit, value }] : [];
  };
  return [
    ...over("max_latency_ms", budgets.max_latency_ms, latency_ms, (v, l) => v > l),
    ...over("max_vram_gb", budgets.max_vram_gb, vram_gb, (v, l) => v > l),
    ...over("min_throughput_tok_s", budgets.min_throughput_tok_s, throughput_tok_s, (v, l) => v < l),
  ];
}

/** How far a candidate is beyond its budgets, in log: 0 when feasible; a figure that is not known is the furthest. */
const excess = (searched: Searched): number =>
  searched.violates.reduce(
    (s, { limit, value }) =>
      s +
      (value === null
        ? FURTHEST
        : Math.min(FURTHEST, Math.abs(Math.log(Math.max(value, 1e-9) / Math.max(limit, 1e-9))))),
    0,
  );

/** What an answer shows: energy per token, or of the month where an always-on fleet idles too. */
export const energyOf = ({ configuration, metrics, monthly }: Candidate): number =>
  configuration.replicas === null ? metrics.energy_j_per_1k_tokens.value : monthly.energy_kwh.value;

/** The same at the asked lengths, which rows of other lengths do not show: what configurations are compared by. */
const comparedEnergy = ({ candidate, use }: Pick<Evaluated, "candidate" | "use">): number =>
  use.idle_kwh
    ? use.busy_kwh.value * use.length_factor + use.idle_kwh.value
    : candidate.metrics.energy_j_per_1k_tokens.value * use.length_factor;

/** The evidence of one session decides between two precisions, not two estimates from different sessions. */
function weigh(evaluated: Evaluated, reference: Evaluated, catalogue: Catalogue, busyOf: BusyRatios): number {
  const floor = comparedEnergy(reference);
  const ratio = monthRatio(evaluated.use, reference.use, catalogue, busyOf);
  if (!ratio) return comparedEnergy(evaluated);
  return ratio.separable && ratio.ratio.value < 1
    ? floor * ratio.ratio.value
    : floor * Math.max(TIE, ratio.ratio.value);
}

/** The precisions of one board at one batch, each against the first. */
function searchBatch(
  resolved: Resolved,
  board: Board,
  batch_size: number,
  catalogue: Catalogue,
  evaluateOn: Evaluator,
  busyOf: BusyRatios,
) {
  const { gpu, num_gpus, precisions } = board;
  const asked = resolved.workload;
  const place = { ...(gpu === asked.gpu ? {} : { gpu }), ...(num_gpus === asked.num_gpus ? {} : { num_gpus }) };
  const searched: Omit<Searched, "violates">[] = [];
  const skipped: Skipped[] = [];
  let reference: Evaluated | null = null;
  for (const precision of precisions) {
    const varied = vary(resolved, { ...place, precision, batch_size });
    if (precision === "bf16" && !gpu.supports_bf16) {
      skipped.push({ resolved: varied, why: "bf16 needs an Ampere or newer GPU: search fp16 there" });
      continue;
    }
    if (resolved.demand.replicas !== null && batch_size > 1 && !memoryGb(varied.workload, catalogue).fits) {
      skipped.push({ resolved: varied, why: `the memory holds fewer than ${batch_size} sequences of these lengths` });
      continue;
    }
    const outcome = evaluateOn(varied);
    if (outcome.kind !== "estimated") {
      const why =
        outcome.kind === "unknown"
          ? outcome.missing
          : `does not fit: needs ${formatNumber(outcome.required_gb.value)} GB of ${formatNumber(outcome.available_gb)} GB`;
      skipped.push({ resolved: varied, why });
      continue;
    }
    const first = precision === precisions[0];
    if (first) reference = outcome;
    searched.push({
      resolved: varied,
      candidate: outcome.candidate,
      use: outcome.use,
      fleet: outcome.fleet,
      objective: first || !reference ? comparedEnergy(outcome) : weigh(outcome, reference, catalogue, busyOf),
      warnings: outcome.warnings,
      quality_unassessed: catalogue.precisionById.get(precision)?.quantized === true && !first,
    });
  }
  return { searched, skipped };
}

/** Logarithm to six digits: what the load model's search leaves is no difference. */
export const sixDigits = (x: number): number => (x > 0 ? Math.round(Math.log(x) * 1e6) : Number.MIN_SAFE_INTEGER);

/** A fleet that cannot serve its traffic; its figures are for more replicas than were asked. */
export const isOverloaded = ({ fleet }: Searched): boolean => fleet?.replicas_needed != null;

/** Fleets that can serve their traffic first, then by least energy. Under the load model any bound above the mean concurrency uses the same: the larger leaves headroom. */
export const byObjective = (a: Searched, b: Searched): number =>
  Number(isOverloaded(a)) - Number(isOverloaded(b)) ||
  sixDigits(a.objective) - sixDigits(b.objective) ||
  (a.fleet && b.fleet ? b.resolved.workload.batch_size - a.resolved.workload.batch_size : 0);

function searchBoards(
  resolved: Resolved,
  boards: readonly Board[],
  budgets: Budgets,
  catalogue: Catalogue,
  evaluatorOf: typeof boardEvaluator,
) {
  const parts = boards.flatMap((board) => {
    const evaluateOn = evaluatorOf(catalogue);
    const busyOf = busyRatios(catalogue);
    return board.batches.map((batch) => searchBatch(resolved, board, batch, catalogue, evaluateOn, busyOf));
  });
  return {
    all: parts.flatMap(({ searched }) => searched.map((each) => judgedBy(budgets, each, catalogue))),
    skipped: parts.flatMap(({ skipped }) => skipped),
  };
}

/** Every configuration of the search, all of them evaluated (by one evaluator for each board), judged by energy within the budgets. Without lists: the default grid on the GPU asked for. */
export function bestWithin(
  resolved: Resolved,
  budgets: Budgets,
  catalogue: Catalogue,
  lists: SearchLists = defaultLists(resolved),
  evaluatorOf: typeof boardEvaluator = boardEvaluator,
): SearchResult {
  const useCase = useCaseOf(resolved);
  const search = (suited: typeof useCase) =>
    searchBoards(
      resolved,
      boardsOf(resolved.workload, lists, suited, budgets.max_latency_ms !== null, catalogue),
      budgets,
      catalogue,
      evaluatorOf,
    );
  const suited = search(useCase);
  // Where memory leaves no batch that suits the use case, any batch is better than no answer.
  const { all, skipped } = suited.all.length > 0 || useCase === null ? suited : search(null);
  const feasible = all.filter(({ violates }) => violates.length === 0).sort(byObjective);
  const infeasible = all
    .filter(({ violates }) => violates.length > 0)
    .sort((a, b) => excess(a) - excess(b) || a.objective - b.objective);
  return { best: feasible[0] ?? null, feasible, infeasible, skipped };
}

const BUDGETS = ["max_latency_ms", "max_vram_gb", "min_throughput_tok_s"] as const;

/** The budget that keeps the optimum from being better: the one that, alone, costs the most. null where none does. */
export function bindingOf({ best, feasible, infeasible }: SearchResult): Binding | null {
  const all = [...feasible, ...infeasible].sort((a, b) => a.objective - b.objective);
  const breaks = ({ violates }: Searched, name: Binding["budget"]) => violates.find(({ budget }) => budget === name);
  const costs = BUDGETS.flatMap((name) => {
    const lost = all.find((searched) => breaks(searched, name) && (!best || searched.objective < best.objective));
    const binding = lost && breaks(lost, name);
    const left = all.find((searched) => !breaks(searched, name))?.objective ?? Number.POSITIVE_INFINITY;
    return binding ? [{ left, binding }] : [];
  });
  const [worst] = costs.sort((a, b) => b.left - a.left);
  return worst?.binding ?? null;
}

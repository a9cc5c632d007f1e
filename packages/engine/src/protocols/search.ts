import type { Catalogue } from "../domain/catalogue.ts";
import type { Warning } from "../domain/problem.ts";
import type { Binding, Candidate } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { monthRatio, type Use } from "../evidence/month-ratio.ts";
import { accuracyWarning } from "./accuracy-warning.ts";
import { evaluate, vary } from "./candidate.ts";
import { gridBatches, gridPrecisions } from "./grid.ts";
import { USE_CASES, type UseCase } from "./parameters.ts";

export interface Budgets {
  readonly max_latency_ms: number | null;
  readonly max_vram_gb: number | null;
  readonly min_throughput_tok_s: number | null;
}
export const NO_BUDGETS: Budgets = { max_latency_ms: null, max_vram_gb: null, min_throughput_tok_s: null };

export interface Searched {
  readonly resolved: Resolved;
  readonly candidate: Candidate;
  /** Energy, or for a quantized candidate that cannot be told from 16-bit, just above the 16-bit one's: a tie goes to 16-bit. Independent of the budgets. */
  readonly objective: number;
  readonly violates: readonly Binding[];
  readonly warnings: readonly Warning[];
}

export interface SearchResult {
  readonly best: Searched | null;
  /** Feasible ones, best first. */
  readonly feasible: readonly Searched[];
  /** The rest, the one that misses its budgets by least first. */
  readonly infeasible: readonly Searched[];
}

const TIE = 1 + 1e-9;
/** In log: as good as infinitely far from a budget. */
const FURTHEST = 50;

function violations(candidate: Candidate, budgets: Budgets): Binding[] {
  const { latency_ms_per_request, vram_gb, throughput_tok_s } = candidate.metrics;
  const over = (
    budget: Binding["budget"],
    limit: number | null,
    value: number | undefined,
    broken: (v: number, l: number) => boolean,
  ): Binding[] => {
    if (limit === null) return [];
    // A figure that is not known cannot be shown to meet a budget.
    if (value === undefined) return [{ budget, limit, value: null }];
    return broken(value, limit) ? [{ budget, limit, value }] : [];
  };
  return [
    ...over("max_latency_ms", budgets.max_latency_ms, latency_ms_per_request?.value, (v, l) => v > l),
    ...over("max_vram_gb", budgets.max_vram_gb, vram_gb?.value, (v, l) => v > l),
    ...over("min_throughput_tok_s", budgets.min_throughput_tok_s, throughput_tok_s?.value, (v, l) => v < l),
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

/** What is minimised: energy per token, or of the month where an always-on fleet idles too. */
const energyOf = ({ configuration, metrics, monthly }: Candidate): number =>
  configuration.replicas === null ? metrics.energy_j_per_1k_tokens.value : monthly.energy_kwh.value;

function searchBatch(resolved: Resolved, batch: number, budgets: Budgets, catalogue: Catalogue): Searched[] {
  const precisions = gridPrecisions(resolved.workload);
  const [base] = precisions;
  const reference = base === undefined ? null : vary(resolved, { precision: base, batch_size: batch });
  const baseline = reference && evaluate(reference, catalogue);
  const floor = baseline?.kind === "estimated" ? energyOf(baseline.candidate) : null;
  return precisions.flatMap((precision) => {
    const varied = vary(resolved, { precision, batch_size: batch });
    const outcome = precision === base && baseline ? baseline : evaluate(varied, catalogue);
    if (outcome.kind !== "estimated") return [];
    const { candidate } = outcome;
    const objective =
      floor === null || precision === base || baseline?.kind !== "estimated"
        ? energyOf(candidate)
        : weigh(outcome.use, baseline.use, floor, energyOf(candidate), catalogue);
    return [
      {
        resolved: varied,
        candidate,
        objective,
        violates: violations(candidate, budgets),
        warnings: [
          ...outcome.warnings,
          ...(catalogue.precisionById.get(precision)?.quantized === true && precision !== base
            ? [accuracyWarning(varied.workload, catalogue)]
            : []),
        ],
      },
    ];
  });
}

/** The evidence of one session decides between two precisions, not two estimates from different sessions. */
function weigh(quantized: Use, reference: Use, floor: number, own: number, catalogue: Catalogue): number {
  const ratio = monthRatio(quantized, reference, catalogue);
  if (!ratio) return own;
  return ratio.separable && ratio.ratio.value < 1
    ? floor * ratio.ratio.value
    : floor * Math.max(TIE, ratio.ratio.value);
}

/** Least energy first. Under the load model any bound above the mean concurrency uses the same: the larger leaves headroom. */
const byObjective = (a: Searched, b: Searched): number =>
  same(a.objective) - same(b.objective) ||
  (a.candidate.configuration.replicas === null ? 0 : b.resolved.workload.batch_size - a.resolved.workload.batch_size);
/** Logarithm to six digits: what bisection leaves is no difference. */
const same = (x: number): number => (x > 0 ? Math.round(Math.log(x) * 1e6) : Number.MIN_SAFE_INTEGER);

/** Every candidate of the default grid on the GPU asked for, judged by energy within the budgets. */
export function bestWithin(resolved: Resolved, budgets: Budgets, catalogue: Catalogue): SearchResult {
  const useCase: UseCase | null = USE_CASES.find((name) => name === resolved.configuration.use_case) ?? null;
  const searched = (suited: UseCase | null) =>
    gridBatches(resolved.workload, suited, budgets.max_latency_ms !== null, catalogue).flatMap((batch) =>
      searchBatch(resolved, batch, budgets, catalogue),
    );
  const suited = searched(useCase);
  // Where memory leaves no batch that suits the use case, any batch is better than no answer.
  const all = suited.length > 0 || useCase === null ? suited : searched(null);
  const feasible = all.filter(({ violates }) => violates.length === 0).sort(byObjective);
  const infeasible = all
    .filter(({ violates }) => violates.length > 0)
    .sort((a, b) => excess(a) - excess(b) || a.objective - b.objective);
  return { best: feasible[0] ?? null, feasible, infeasible };
}

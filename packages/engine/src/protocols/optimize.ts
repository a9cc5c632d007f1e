import * as z from "zod";
import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber } from "../domain/format.ts";
import type { Outcome, Warning } from "../domain/problem.ts";
import type { FrontPoint, OptimizeReport } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { monthRatio } from "../evidence/month-ratio.ts";
import { outOfSupport } from "../evidence/support.ts";
import { evaluate, vary } from "./candidate.ts";
import { fleetAdvice } from "./fleet-advice.ts";
import { gridPrecisions } from "./grid.ts";
import { type Decided, insightsOf, pitfallsOf, whyOf } from "./optimize-why.ts";
import { commonParameters } from "./parameters.ts";
import { paretoFront } from "./pareto.ts";
import { invalid, parse } from "./parse.ts";
import type { Protocol } from "./protocol.ts";
import { doesNotFitProblem, unknownProblem } from "./refusal.ts";
import { resolveParsed } from "./resolve.ts";
import {
  type Budgets,
  bestWithin,
  bindingOf,
  isOverloaded,
  type Searched,
  type SearchResult,
  sixDigits,
  warningsOf,
} from "./search.ts";
import { defaultLists, resolveLists, type SearchLists, searchParameters } from "./search-space.ts";
import { shown } from "./shown.ts";
import { transparencyOf } from "./transparency.ts";
import { versus } from "./versus.ts";

export const OptimizeRequestSchema = z.strictObject({
  ...commonParameters,
  ...searchParameters,
  max_latency_ms: z.number().positive().describe("Budget: latency of a request").optional(),
  max_vram_gb: z.number().positive().describe("Budget: memory over all GPUs").optional(),
  min_throughput_tok_s: z
    .number()
    .positive()
    .describe("Budget: output tokens per second of the whole batch")
    .optional(),
});

const ALTERNATIVES = 5;
/** Reasons for configurations that were not searched, told one by one up to this many. */
const NAMED_SKIPS = 5;

const kindOf = ({ resolved: { workload: w } }: Pick<Searched, "resolved">): string =>
  `${w.num_gpus} x ${w.gpu.id} in ${w.precision}`;

/** The best of each GPU, count and precision, the recommended one and its equals left out: not ten batches of one precision. */
function alternativesOf({ feasible }: SearchResult, best: Searched): readonly Searched[] {
  const kinds = new Map<string, Searched>();
  for (const searched of feasible) {
    const own = kindOf(searched) === kindOf(best) && sixDigits(searched.objective) === sixDigits(best.objective);
    if (!own && !kinds.has(kindOf(searched))) kinds.set(kindOf(searched), searched);
  }
  return [...kinds.values()].slice(0, ALTERNATIVES);
}

/** The recommended one against each of these; one that cannot be compared is left out. */
const decide = (best: Searched, others: readonly Searched[], catalogue: Catalogue): Decided[] =>
  others.flatMap((searched) => {
    const ratio = monthRatio(best.use, searched.use, catalogue);
    return ratio ? [{ searched, against: versus(ratio) }] : [];
  });

const asAlternative = ({ searched, against }: Decided): OptimizeReport["alternatives"][number] => ({
  ...searched.candidate,
  ...against,
});

function asFrontPoint({ searched, against }: Decided): FrontPoint {
  const { configuration: c, metrics, monthly, basis } = searched.candidate;
  const { hardware_platform, gpu_name, num_gpus, quantization, batch_size, replicas } = c;
  const { tier, confidence, evidence } = basis;
  const named = gpu_name === undefined ? {} : { gpu_name };
  return {
    configuration: { hardware_platform, ...named, num_gpus, quantization, batch_size, replicas },
    metrics,
    monthly: { energy_kwh: monthly.energy_kwh },
    basis: { tier, confidence, evidence },
    ...against,
  };
}

/** What was asked to be searched and has no estimate in any batch: told, not dropped. */
function skippedWarnings({ feasible, infeasible, skipped }: SearchResult): Warning[] {
  const answered = new Set([...feasible, ...infeasible].map(kindOf));
  // The smallest batch says best what is in the way.
  const reasons = new Map<string, string>();
  for (const each of skipped) {
    const kind = kindOf(each);
    if (!answered.has(kind) && !reasons.has(kind)) reasons.set(kind, each.why);
  }
  const told = [...reasons]
    .slice(0, NAMED_SKIPS)
    .map(([kind, why]) => ({ code: "not-searched", message: `${kind}: ${why}` }));
  const left = reasons.size - told.length;
  return left > 0
    ? [
        ...told,
        { code: "not-searched", message: `${left} more combinations of GPU, count and precision have no estimate.` },
      ]
    : told;
}

function refusal(resolved: Resolved, catalogue: Catalogue): Outcome<OptimizeReport> {
  const w = resolved.workload;
  const smallest = vary(resolved, { batch_size: 1, precision: gridPrecisions(w).at(-1) ?? w.precision });
  const outcome = evaluate(smallest, catalogue);
  if (outcome.kind === "does-not-fit") return { ok: false, problem: doesNotFitProblem(outcome, smallest, catalogue) };
  const unknown = outcome.kind === "unknown" ? outcome : outOfSupport(w, catalogue);
  if (unknown) return { ok: false, problem: unknownProblem(unknown) };
  throw new Error("OPTIMIZE found no candidate although one can be estimated");
}

/** Of a list of the user's own nothing could be estimated: as the first configuration is refused. */
function refusalOfLists({ skipped }: SearchResult, catalogue: Catalogue): Outcome<OptimizeReport> {
  const [first] = skipped;
  if (!first) throw new Error("OPTIMIZE searched nothing");
  const outcome = evaluate(first.resolved, catalogue);
  if (outcome.kind === "does-not-fit")
    return { ok: false, problem: doesNotFitProblem(outcome, first.resolved, catalogue) };
  if (outcome.kind === "unknown") return { ok: false, problem: unknownProblem(outcome) };
  const { precision } = first.resolved.workload;
  return invalid([{ parameter: "search_quantizations", message: first.why, received: shown(precision) }]);
}

export interface Question {
  readonly budgets: Budgets;
  /** null: the default grid on the GPU asked for. */
  readonly lists: SearchLists | null;
}

export function optimizeReport(
  resolved: Resolved,
  { budgets, lists }: Question,
  catalogue: Catalogue,
): Outcome<OptimizeReport> {
  if (lists === null) {
    const base = { ...resolved.workload, precision: gridPrecisions(resolved.workload)[0] ?? "fp16" };
    const unknown = outOfSupport(base, catalogue) ?? outOfSupport(resolved.workload, catalogue);
    if (unknown) return { ok: false, problem: unknownProblem(unknown) };
  }
  const space = lists ?? defaultLists(resolved);
  const result = bestWithin(resolved, budgets, catalogue, space);
  const { best } = result;
  const closestInfeasible = result.infeasible[0] ?? null;
  const shown = best ?? closestInfeasible;
  if (!shown) return lists ? refusalOfLists(result, catalogue) : refusal(resolved, catalogue);
  const alternatives = best ? decide(best, alternativesOf(result, best), catalogue) : [];
  const front = best
    ? decide(best, paretoFront(result.feasible.filter((each) => isOverloaded(each) === isOverloaded(best))), catalogue)
    : [];
  return {
    ok: true,
    value: {
      protocol: "optimize",
      dataset_version: catalogue.dataset_version,
      configuration: resolved.configuration,
      warnings: [...resolved.warnings, ...(lists ? skippedWarnings(result) : []), ...warningsOf(shown, catalogue)],
      recommended: best?.candidate ?? null,
      alternatives: alternatives.map(asAlternative),
      pareto_front: front.map(asFrontPoint),
      binding_constraint: bindingOf(result),
      closest_infeasible:
        best || !closestInfeasible
          ? null
          : { candidate: closestInfeasible.candidate, violates: closestInfeasible.violates },
      searched: searchedOf(result),
      fleet: best && hasTraffic(resolved) ? fleetAdvice(resolved, best, budgets, space, catalogue) : null,
      why: best
        ? whyOf(best, alternatives, result)
        : [
            `No configuration meets the budget: the closest breaks ${shown.violates.map(({ budget, limit, value }) => `${budget} (${value === null ? "not measured" : formatNumber(value)} against ${formatNumber(limit)})`).join(" and ")}.`,
          ],
      insights: insightsOf(resolved, shown, budgets, catalogue),
      pitfalls: pitfallsOf(lists ? shown.resolved : resolved, catalogue),
      transparency: transparencyOf(shown.candidate, catalogue),
    },
  };
}

/** Replicas or a traffic were given, not assumed. */
const hasTraffic = ({ demand, configuration }: Resolved): boolean =>
  demand.replicas !== null || !configuration.assumed.includes("requests_per_month");

const searchedOf = ({ feasible, infeasible, skipped }: SearchResult): OptimizeReport["searched"] => ({
  configurations: feasible.length + infeasible.length + skipped.length,
  without_estimate: skipped.length,
  within_budgets: feasible.length,
});

const FROM_LIST: ReadonlyMap<string, string> = new Map([
  ["hardware_platform", "search_gpus[0]"],
  ["num_gpus", "search_num_gpus[0]"],
]);

/** An error in what was taken from a list is told where the user wrote it. */
function inWordsOf(
  request: Readonly<Record<string, unknown>>,
  { problem }: Extract<Outcome<never>, { ok: false }>,
): Outcome<never> {
  const errors = problem.errors.map((error) => ({
    ...error,
    parameter:
      request[error.parameter] === undefined ? (FROM_LIST.get(error.parameter) ?? error.parameter) : error.parameter,
  }));
  return errors.length > 0 ? invalid(errors) : { ok: false, problem };
}

export const optimizeProtocol: Protocol<OptimizeReport> = {
  id: "optimize",
  title: "Deployment recommendation",
  description:
    "The precision and batch (and, from search_gpus and search_num_gpus, the GPU and count) that use the least energy for this model, within latency, memory and throughput budgets, with evidence, trade-offs and the front of energy against latency.",
  schema: OptimizeRequestSchema,
  run: (input, { catalogue, max_configurations }) => {
    const parsed = parse(OptimizeRequestSchema, input);
    if (!parsed.ok) return parsed;
    const {
      max_latency_ms,
      max_vram_gb,
      min_throughput_tok_s,
      search_gpus,
      search_num_gpus,
      search_quantizations,
      search_batch_sizes,
      ...request
    } = parsed.value;
    const search = { search_gpus, search_num_gpus, search_quantizations, search_batch_sizes };
    // What is to be chosen has no value yet: the first of its list is what the answer starts from.
    const start = {
      hardware_platform: request.hardware_platform ?? search_gpus?.[0],
      num_gpus: request.num_gpus ?? search_num_gpus?.[0],
    };
    const resolved = resolveParsed({ ...request, ...start }, catalogue);
    if (!resolved.ok) return inWordsOf(request, resolved);
    const asked = Object.values(search).some((list) => list !== undefined);
    const lists = asked ? resolveLists(search, resolved.value, catalogue, max_configurations) : null;
    if (lists && !lists.ok) return lists;
    const budgets: Budgets = {
      max_latency_ms: max_latency_ms ?? null,
      max_vram_gb: max_vram_gb ?? null,
      min_throughput_tok_s: min_throughput_tok_s ?? null,
    };
    const known = new Set(resolved.value.warnings.map(({ message }) => message));
    const more = lists?.value.warnings.filter(({ message }) => !known.has(message)) ?? [];
    const told = { ...resolved.value, warnings: [...resolved.value.warnings, ...more] };
    return optimizeReport(told, { budgets, lists: lists?.value.lists ?? null }, catalogue);
  },
};

import * as z from "zod";
import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber, formatPercent } from "../domain/format.ts";
import type { Outcome } from "../domain/problem.ts";
import type { Binding, OptimizeReport } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { outOfSupport } from "../evidence/support.ts";
import { memoryGb } from "../physics/memory.ts";
import { evaluate, vary } from "./candidate.ts";
import { gridPrecisions, sixteenBit } from "./grid.ts";
import { nameOf, paradoxesOf } from "./paradox.ts";
import { commonParameters } from "./parameters.ts";
import { parse } from "./parse.ts";
import type { Protocol } from "./protocol.ts";
import { doesNotFitProblem, unknownProblem } from "./refusal.ts";
import { resolveParsed } from "./resolve.ts";
import { type Budgets, bestWithin, NO_BUDGETS, type Searched, type SearchResult } from "./search.ts";
import { transparencyOf } from "./transparency.ts";

export const OptimizeRequestSchema = z.strictObject({
  ...commonParameters,
  max_latency_ms: z.number().positive().describe("Budget: latency of a request").optional(),
  max_vram_gb: z.number().positive().describe("Budget: memory over all GPUs").optional(),
  min_throughput_tok_s: z
    .number()
    .positive()
    .describe("Budget: output tokens per second of the whole batch")
    .optional(),
});

const ALTERNATIVES = 3;
/** Above this share of the memory a configuration is told to be tight, in percent. */
const TIGHT_SHARE = 80;

/** One alternative for each precision and for the neighbouring batch: not ten batches of one precision. */
function alternativesOf(result: SearchResult, best: Searched): Searched[] {
  const others = result.feasible.filter((searched) => searched !== best);
  const precisions = [...new Set(others.map(({ resolved }) => resolved.workload.precision))];
  const perPrecision = precisions.flatMap(
    (precision) => others.find(({ resolved }) => resolved.workload.precision === precision) ?? [],
  );
  return perPrecision.sort((a, b) => a.objective - b.objective).slice(0, ALTERNATIVES);
}

const BUDGETS = ["max_latency_ms", "max_vram_gb", "min_throughput_tok_s"] as const;

/** The budget that keeps the optimum from being better: the one that, alone, costs the most. null where none does. */
function bindingOf(resolved: Resolved, budgets: Budgets, best: Searched | null, catalogue: Catalogue): Binding | null {
  const alone = BUDGETS.filter((name) => budgets[name] !== null).map((name) =>
    bestWithin(resolved, { ...NO_BUDGETS, [name]: budgets[name] }, catalogue),
  );
  const costs = alone.flatMap(({ best: found, feasible, infeasible }) => {
    const lost = infeasible.filter((searched) => !best || searched.objective < best.objective);
    const [cheapest] = lost.sort((a, b) => a.objective - b.objective);
    return cheapest
      ? [{ objective: found && feasible.length > 0 ? found.objective : Number.POSITIVE_INFINITY, cheapest }]
      : [];
  });
  const [worst] = costs.sort((a, b) => b.objective - a.objective);
  return worst?.cheapest.violates[0] ?? null;
}

const jPer1k = (searched: Searched): string => formatNumber(searched.candidate.metrics.energy_j_per_1k_tokens.value);
const first = (searched: Searched): string => searched.candidate.basis.evidence[0] ?? "physics alone";

function whyOf(
  resolved: Resolved,
  best: Searched,
  result: SearchResult,
  budgets: Budgets,
  catalogue: Catalogue,
): string[] {
  const { workload } = best.resolved;
  const why = [
    `${nameOf(workload.precision)} at batch ${workload.batch_size} uses ${jPer1k(best)} J per 1k tokens (${best.candidate.basis.tier}, ${first(best)}): first of ${result.feasible.length} configurations within your limits, batches by their energy and precisions by the ratio within one session.`,
  ];
  const binding = bindingOf(resolved, budgets, best, catalogue);
  if (binding)
    why.push(
      `${binding.budget} ${formatNumber(binding.limit)} decides: without it a configuration at ${binding.value === null ? "an unmeasured figure" : formatNumber(binding.value)} would use less.`,
    );
  const single = result.feasible.find(
    (s) => s.resolved.workload.batch_size === 1 && s.resolved.workload.precision === workload.precision,
  );
  if (single && workload.batch_size > 1) {
    const saved =
      100 *
      (1 - best.candidate.metrics.energy_j_per_1k_tokens.value / single.candidate.metrics.energy_j_per_1k_tokens.value);
    why.push(
      `Against batch 1 that is ${formatPercent(-saved)} energy per token: each step reads the weights once for all ${workload.batch_size} sequences.`,
    );
  }
  const latency = best.candidate.metrics.latency_ms_per_request;
  const alone = single?.candidate.metrics.latency_ms_per_request;
  if (latency && alone && workload.batch_size > 1) {
    why.push(
      `Trade-off: a request takes ${formatNumber(latency.value)} ms instead of ${formatNumber(alone.value)} ms at batch 1, while throughput rises ${formatNumber((workload.batch_size * alone.value) / latency.value)}-fold.`,
    );
  }
  if (workload.precision === sixteenBit(resolved.workload)) {
    why.push(
      `${nameOf(workload.precision)}: no quantization was shown to use less energy here, and 16 bit keeps the model's quality.`,
    );
  }
  return why;
}

function memoryInsight(need: number, card: number, budget: number | null): string {
  const most = Math.min(card, budget ?? card);
  const of = `${formatNumber(need)} of ${formatNumber(most)} GB${budget !== null && budget < card ? " that your budget allows" : ""}`;
  const share = (100 * need) / most;
  if (share > 100)
    return `In 16 bit the model needs ${of}: quantization, more GPUs or a smaller batch is needed to fit.`;
  return share > TIGHT_SHARE
    ? `In 16 bit the model takes ${of} (${formatNumber(share, 2)} %): it fits, tightly; longer sequences or a larger batch may not.`
    : `In 16 bit the model takes ${of} (${formatNumber(share, 2)} %): no memory pressure asks for quantization.`;
}

function insightsOf(resolved: Resolved, best: Searched, budgets: Budgets, catalogue: Catalogue): string[] {
  const insights: string[] = [];
  const given = evaluate(resolved, catalogue);
  const [from, to] = [resolved.workload, best.resolved.workload];
  if (given.kind === "estimated" && from.batch_size !== to.batch_size) {
    const change =
      100 *
      (best.candidate.metrics.energy_j_per_1k_tokens.value / given.candidate.metrics.energy_j_per_1k_tokens.value - 1);
    insights.push(
      `Going from your batch ${from.batch_size} in ${nameOf(from.precision)} to batch ${to.batch_size} in ${nameOf(to.precision)} changes energy per token by ${formatPercent(change)}.`,
    );
  }
  const memory = memoryGb({ ...to, precision: sixteenBit(to) }, catalogue);
  if (memory.available_gb !== null) {
    insights.push(memoryInsight(memory.total_gb.value, memory.available_gb, budgets.max_vram_gb));
  }
  if (resolved.configuration.use_case === "interactive_chat") {
    insights.push(
      "Interactive chat: batch 1 is acceptable, but continuous batching of concurrent users costs little latency and saves most of the energy.",
    );
  }
  if (resolved.configuration.use_case === "production_api" && from.batch_size === 1) {
    insights.push("A production API at batch 1 wastes most of its energy: serve at batch 8 or more.");
  }
  if (to.framework === "transformers") {
    insights.push(
      "Eager transformers is launch-bound at small batch; a serving engine (vLLM) has another, lower cost per step: ask again with framework=vllm.",
    );
  }
  return insights;
}

function pitfallsOf(resolved: Resolved, catalogue: Catalogue): string[] {
  const w = { ...resolved.workload, batch_size: 1 };
  if (w.framework !== "transformers") {
    return paradoxesOf(resolved.workload, sixteenBit(w), ["fp8"], catalogue)
      .map(({ quantization, message }) => `${nameOf(quantization)}: ${message}`)
      .concat("Lower power is not lower energy: energy per token is power divided by throughput.");
  }
  return paradoxesOf(w, sixteenBit(w), ["int8_default", "nf4", "int8_pure"], catalogue)
    .map(({ quantization, message }) => `${nameOf(quantization)} at batch 1: ${message}`)
    .concat("Lower power is not lower energy: energy per token is power divided by throughput.");
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

export function optimizeReport(resolved: Resolved, budgets: Budgets, catalogue: Catalogue): Outcome<OptimizeReport> {
  const unsupported = outOfSupport(
    { ...resolved.workload, precision: gridPrecisions(resolved.workload)[0] ?? "fp16" },
    catalogue,
  );
  const asked = outOfSupport(resolved.workload, catalogue);
  if (unsupported ?? asked) {
    const unknown = unsupported ?? asked;
    if (unknown) return { ok: false, problem: unknownProblem(unknown) };
  }
  const result = bestWithin(resolved, budgets, catalogue);
  const { best } = result;
  const closestInfeasible = result.infeasible[0] ?? null;
  const shown = best ?? closestInfeasible;
  if (!shown) return refusal(resolved, catalogue);
  return {
    ok: true,
    value: {
      protocol: "optimize",
      dataset_version: catalogue.dataset_version,
      configuration: resolved.configuration,
      warnings: [...resolved.warnings, ...shown.warnings],
      recommended: best?.candidate ?? null,
      alternatives: best ? alternativesOf(result, best).map(({ candidate }) => candidate) : [],
      binding_constraint: bindingOf(resolved, budgets, best, catalogue),
      closest_infeasible:
        best || !closestInfeasible
          ? null
          : { candidate: closestInfeasible.candidate, violates: closestInfeasible.violates },
      why: best
        ? whyOf(resolved, best, result, budgets, catalogue)
        : [
            `No configuration meets the budget: the closest breaks ${shown.violates.map(({ budget, limit, value }) => `${budget} (${value === null ? "not measured" : formatNumber(value)} against ${formatNumber(limit)})`).join(" and ")}.`,
          ],
      insights: insightsOf(resolved, shown, budgets, catalogue),
      pitfalls: pitfallsOf(resolved, catalogue),
      transparency: transparencyOf(shown.candidate, catalogue),
    },
  };
}

export const optimizeProtocol: Protocol<OptimizeReport> = {
  id: "optimize",
  title: "Deployment recommendation",
  description:
    "The precision and batch that use the least energy for this model on this GPU, within latency, memory and throughput budgets, with evidence and trade-offs.",
  schema: OptimizeRequestSchema,
  run: (input, { catalogue }) => {
    const parsed = parse(OptimizeRequestSchema, input);
    if (!parsed.ok) return parsed;
    const { max_latency_ms, max_vram_gb, min_throughput_tok_s, ...request } = parsed.value;
    const resolved = resolveParsed(request, catalogue);
    if (!resolved.ok) return resolved;
    const budgets: Budgets = {
      max_latency_ms: max_latency_ms ?? null,
      max_vram_gb: max_vram_gb ?? null,
      min_throughput_tok_s: min_throughput_tok_s ?? null,
    };
    return optimizeReport(resolved.value, budgets, catalogue);
  },
};

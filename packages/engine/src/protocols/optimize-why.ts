import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber, formatPercent, formatProbability } from "../domain/format.ts";
import type { Versus } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import type { Workload } from "../domain/workload.ts";
import { memoryGb } from "../physics/memory.ts";
import { evaluate } from "./candidate.ts";
import { sixteenBit } from "./grid.ts";
import { nameOf, paradoxesOf } from "./paradox.ts";
import { type Budgets, bindingOf, type Searched, type SearchResult } from "./search.ts";

/** A configuration with the recommended one against it. */
export interface Decided {
  readonly searched: Searched;
  readonly against: Versus;
}

/** Above this share of the memory a configuration is told to be tight, in percent. */
const TIGHT_SHARE = 80;
/** Configurations that an answer names as not told apart from the recommended one. */
const NAMED = 3;

const jPer1k = (searched: Searched): string => formatNumber(searched.candidate.metrics.energy_j_per_1k_tokens.value);
const first = (searched: Searched): string => searched.candidate.basis.evidence[0] ?? "physics alone";

/** `FP16 at batch 8`, with the boards where the search has more than one. */
function named({ resolved }: Searched, { feasible, infeasible }: SearchResult): string {
  const { gpu, num_gpus, precision, batch_size } = resolved.workload;
  const boards = new Set(
    [...feasible, ...infeasible].map((s) => `${s.resolved.workload.gpu.id} ${s.resolved.workload.num_gpus}`),
  );
  return `${nameOf(precision)} at batch ${batch_size}${boards.size > 1 ? ` on ${num_gpus} x ${gpu.id}` : ""}`;
}

/** Those that the ratio does not tell from the recommended one: a reader may choose among them by other things. */
function undecided(others: readonly Decided[], result: SearchResult): string[] {
  const alike = others.filter(({ against }) => !against.separable);
  if (alike.length === 0) return [];
  const names = alike
    .slice(0, NAMED)
    .map(
      ({ searched, against }) => `${named(searched, result)} (${formatProbability(against.probability_less_energy)})`,
    );
  return [
    `It cannot be told apart from ${names.join(", ")}: in brackets the probability that the recommendation uses less. Among these choose by quality, latency and price.`,
  ];
}

/** Lengths that change a figure by less than this share are not worth a word. */
const FELT = 0.1;

/** Of those that stand beside each other: whose figure is of a row's lengths, and what it comes to at the asked ones. */
function lengthsTold(best: Searched, others: readonly Decided[], result: SearchResult): string[] {
  const shown = [best, ...others.map(({ searched }) => searched)].filter(
    ({ use }) => Math.abs(use.length_factor - 1) > FELT,
  );
  if (shown.length === 0) return [];
  const told = shown.slice(0, NAMED).map((searched) => {
    const asked = searched.candidate.metrics.energy_j_per_1k_tokens.value * searched.use.length_factor;
    return `${named(searched, result)} ${jPer1k(searched)} → about ${formatNumber(asked)} J per 1k tokens`;
  });
  const { sequence_length, generation_length } = best.resolved.workload;
  return [
    `Measured figures stand as their rows ran; configurations were compared at your ${sequence_length} + ${generation_length} tokens, by physics: ${told.join(", ")}.`,
  ];
}

export function whyOf(best: Searched, others: readonly Decided[], result: SearchResult): string[] {
  const { workload } = best.resolved;
  const why = [
    `${named(best, result)} uses ${jPer1k(best)} J per 1k tokens (${best.candidate.basis.tier}, ${first(best)}): first of ${result.feasible.length} configurations within your limits, batches by their energy and precisions by the ratio within one session.`,
    ...undecided(others, result),
    ...lengthsTold(best, others, result),
  ];
  const binding = bindingOf(result);
  if (binding)
    why.push(
      `${binding.budget} ${formatNumber(binding.limit)} decides: without it a configuration at ${binding.value === null ? "an unmeasured figure" : formatNumber(binding.value)} would use less.`,
    );
  const single = result.feasible.find(
    ({ resolved: { workload: w } }) =>
      w.batch_size === 1 &&
      w.precision === workload.precision &&
      w.gpu === workload.gpu &&
      w.num_gpus === workload.num_gpus,
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
  const weighed = [...result.feasible, ...result.infeasible].some(
    (s) => s.resolved.workload.precision !== workload.precision,
  );
  if (weighed && workload.precision === sixteenBit(workload)) {
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

const elsewhere = (from: Workload, to: Workload): string =>
  from.gpu === to.gpu && from.num_gpus === to.num_gpus ? "" : ` on ${to.num_gpus} x ${to.gpu.id}`;

export function insightsOf(resolved: Resolved, best: Searched, budgets: Budgets, catalogue: Catalogue): string[] {
  const insights: string[] = [];
  const given = evaluate(resolved, catalogue);
  const [from, to] = [resolved.workload, best.resolved.workload];
  if (given.kind === "estimated" && from.batch_size !== to.batch_size) {
    const change =
      100 *
      (best.candidate.metrics.energy_j_per_1k_tokens.value / given.candidate.metrics.energy_j_per_1k_tokens.value - 1);
    insights.push(
      `Going from your batch ${from.batch_size} in ${nameOf(from.precision)} to batch ${to.batch_size} in ${nameOf(to.precision)}${elsewhere(from, to)} changes energy per token by ${formatPercent(change)}.`,
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

export function pitfallsOf(resolved: Resolved, catalogue: Catalogue): string[] {
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

import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber, formatPercent, formatProbability } from "../domain/format.ts";
import { mapDecreasing, type Quantity, quantity, savedPercent } from "../domain/interval.ts";
import type { Warning } from "../domain/problem.ts";
import type { CompareColumn, CompareReport } from "../domain/report.ts";
import { monthRatio } from "../evidence/month-ratio.ts";
import { accuracyWarning } from "./accuracy-warning.ts";
import type { Ranked } from "./compare-columns.ts";
import { nameOf } from "./paradox.ts";
import { versus } from "./versus.ts";

/** 100 (a / b − 1): what `a` saves against `b`, its sign turned. */
const relativePercent = (a: Quantity, b: Quantity): Quantity => mapDecreasing(savedPercent(b, a), (x) => -x);

type Against = CompareReport["recommendation"]["against"][number];

function againstOf({ column: best, use }: Ranked, other: Ranked, catalogue: Catalogue): Against | null {
  const { column } = other;
  const ratio = use && other.use ? monthRatio(use, other.use, catalogue) : null;
  if (!column.metrics || !best.metrics || !ratio) return null;
  const t = [best.metrics.throughput_tok_s, column.metrics.throughput_tok_s] as const;
  const cost = column.monthly?.cost_usd;
  return {
    quantization: column.quantization,
    ...versus(ratio),
    throughput_percent: t[0] && t[1] ? relativePercent(t[0], t[1]) : null,
    // What the other precision costs more, from the ratio: shared errors cancel.
    cost_usd_month: cost
      ? quantity(
          cost.value * (1 - ratio.ratio.value),
          cost.value * (1 - ratio.ratio.high),
          cost.value * (1 - ratio.ratio.low),
        )
      : null,
  };
}

const MIXED_SESSIONS =
  "Ranks follow the ratio within one session, in which shared errors cancel; the columns come from different sessions or lengths, so a figure may be lower in a higher rank.";

/** Does a column show less energy than one that ranks before it? */
function ranksContradictFigures(ranked: readonly CompareColumn[]): boolean {
  const energies = ranked.flatMap((column) => column.metrics?.energy_j_per_1k_tokens.value ?? []);
  return energies.some((energy, i) => energy < (energies[i - 1] ?? 0));
}

/** The precision of least energy where the evidence tells it from the next; else null, and why. */
export function recommend(
  drafts: readonly Ranked[],
  catalogue: Catalogue,
): { recommendation: CompareReport["recommendation"]; warnings: Warning[] } {
  const inOrder = drafts
    .filter(({ column }) => column.rank !== null)
    .sort((a, b) => (a.column.rank ?? 0) - (b.column.rank ?? 0));
  const [first] = inOrder;
  if (!first)
    return {
      recommendation: { quantization: null, reasons: ["No precision could be estimated."], against: [] },
      warnings: [],
    };
  const ranked = inOrder.map(({ column }) => column);
  const best = first.column;
  const [, second] = ranked;
  const against = inOrder.slice(1).flatMap((other) => againstOf(first, other, catalogue) ?? []);
  const next = against.find(({ quantization }) => quantization === second?.quantization);
  const told = !second || (next?.separable ?? false);
  const energy = best.metrics ? formatNumber(best.metrics.energy_j_per_1k_tokens.value) : "";
  const reasons = told
    ? [
        `${nameOf(best.quantization)} uses the least energy: ${energy} J per 1k tokens (${best.basis?.tier}, ${best.basis?.evidence[0] ?? "physics alone"}).`,
        ...(second && next
          ? [
              `Next is ${nameOf(second.quantization)}; ${nameOf(best.quantization)} uses ${formatPercent(next.energy_percent.value)} energy against it (90 %: ${formatPercent(next.energy_percent.low)} to ${formatPercent(next.energy_percent.high)}); it uses less with a probability of ${formatProbability(next.probability_less_energy)}.`,
            ]
          : []),
        ...(best.metrics?.vram_gb ? [`It takes ${formatNumber(best.metrics.vram_gb.value)} GB of memory.`] : []),
      ]
    : [
        `${nameOf(best.quantization)} and ${nameOf(second?.quantization ?? "")} cannot be told apart: the ratio's 90 % interval is ${formatPercent(next?.energy_percent.low ?? 0)} to ${formatPercent(next?.energy_percent.high ?? 0)}, the probability that ${nameOf(best.quantization)} uses less is ${formatProbability(next?.probability_less_energy ?? 0.5)}. Choose by quality, memory and latency.`,
      ];
  const quantized = catalogue.precisionById.get(first.precision)?.quantized === true;
  return {
    recommendation: {
      quantization: told ? best.quantization : null,
      reasons: ranksContradictFigures(ranked) ? [...reasons, MIXED_SESSIONS] : reasons,
      against,
    },
    warnings: told && quantized && first.use ? [accuracyWarning(first.use.workload, catalogue)] : [],
  };
}

/** The column for each constraint. */
export function adviceOf(columns: readonly CompareColumn[]): CompareReport["advice"] {
  const least = (value: (column: CompareColumn) => number | undefined) =>
    columns
      .flatMap((column) => {
        const x = value(column);
        return x === undefined ? [] : [{ column, x }];
      })
      .sort((a, b) => a.x - b.x)[0];
  const memory = least((column) => column.metrics?.vram_gb?.value);
  const latency = least((column) => column.metrics?.latency_ms_per_request?.value);
  const cost = least((column) => (column.rank === null ? undefined : column.rank));
  const next = columns.find((column) => column.metrics?.vram_gb && column !== memory?.column)?.metrics?.vram_gb;
  return {
    memory: memory
      ? `${nameOf(memory.column.quantization)} (about ${formatNumber(memory.x)} GB${next ? `, where ${formatNumber(next.value)} GB are not to be had` : ""})`
      : "not measured: no column has a memory estimate",
    latency: latency
      ? `${nameOf(latency.column.quantization)} (about ${formatNumber(latency.x)} ms a request)`
      : "not measured: no column has a throughput",
    cost: cost ? nameOf(cost.column.quantization) : "not measured",
    accuracy:
      "16 bit. Validate INT8 and NF4 on your own task: perplexity rows are a proxy on one text, not task quality.",
  };
}

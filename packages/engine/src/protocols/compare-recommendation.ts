import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber, formatPercent } from "../domain/format.ts";
import { mapDecreasing, type Quantity, quantity, savedPercent } from "../domain/interval.ts";
import type { Warning } from "../domain/problem.ts";
import type { CompareColumn, CompareReport } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { precisionRatio, type Ratio, separable } from "../evidence/ratio.ts";
import { accuracyWarning } from "./accuracy-warning.ts";
import { columnPrecisions } from "./compare-columns.ts";
import { asPercent, nameOf } from "./paradox.ts";

interface Against {
  readonly column: CompareColumn;
  readonly ratio: Ratio | null;
}

/** 100 (a / b − 1): what `a` saves against `b`, its sign turned. */
const relativePercent = (a: Quantity, b: Quantity): Quantity => mapDecreasing(savedPercent(b, a), (x) => -x);

function againstOf(
  best: CompareColumn,
  { column, ratio }: Against,
): CompareReport["recommendation"]["against"][number] | null {
  if (!column.metrics || !best.metrics || !ratio) return null;
  const energy = asPercent(ratio.ratio);
  const t = [best.metrics.throughput_tok_s, column.metrics.throughput_tok_s] as const;
  const cost = column.monthly?.cost_usd;
  return {
    quantization: column.quantization,
    energy_percent: energy,
    throughput_percent: t[0] && t[1] ? relativePercent(t[0], t[1]) : null,
    // What the other precision costs more, from the ratio: shared errors cancel.
    cost_usd_month: cost
      ? quantity(
          cost.value * (1 - ratio.ratio.value),
          cost.value * (1 - ratio.ratio.high),
          cost.value * (1 - ratio.ratio.low),
        )
      : null,
    separable: separable(ratio.ratio),
  };
}

const MIXED_SESSIONS =
  "Ranks follow the ratio within one session, in which shared errors cancel; the columns come from different sessions, so a figure may be lower in a higher rank.";

/** Does a column show less energy than one that ranks before it? */
function ranksContradictFigures(ranked: readonly CompareColumn[]): boolean {
  const energies = ranked.flatMap((column) => column.metrics?.energy_j_per_1k_tokens.value ?? []);
  return energies.some((energy, i) => energy < (energies[i - 1] ?? 0));
}

/** The precision of least energy where the evidence tells it from the next; else null, and why. */
export function recommend(
  resolved: Resolved,
  columns: readonly CompareColumn[],
  catalogue: Catalogue,
): { recommendation: CompareReport["recommendation"]; warnings: Warning[] } {
  const ranked = columns.filter((column) => column.rank !== null).sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  const [best, second] = ranked;
  const at = (quantization: string) => {
    const precision = columnPrecisions(resolved).find((id) => id === quantization);
    return { ...resolved.workload, precision: precision ?? resolved.workload.precision };
  };
  if (!best)
    return {
      recommendation: { quantization: null, reasons: ["No precision could be estimated."], against: [] },
      warnings: [],
    };
  const others = ranked
    .slice(1)
    .map((column) => ({ column, ratio: precisionRatio(at(best.quantization), at(column.quantization), catalogue) }));
  const against = others.flatMap((other) => againstOf(best, other) ?? []);
  const next = against.find(({ quantization }) => quantization === second?.quantization);
  const told = !second || (next?.separable ?? false);
  const energy = best.metrics ? formatNumber(best.metrics.energy_j_per_1k_tokens.value) : "";
  const reasons = told
    ? [
        `${nameOf(best.quantization)} uses the least energy: ${energy} J per 1k tokens (${best.basis?.tier}, ${best.basis?.evidence[0] ?? "physics alone"}).`,
        ...(second && next
          ? [
              `Next is ${nameOf(second.quantization)}; ${nameOf(best.quantization)} uses ${formatPercent(next.energy_percent.value)} energy against it (90 %: ${formatPercent(next.energy_percent.low)} to ${formatPercent(next.energy_percent.high)}).`,
            ]
          : []),
        ...(best.metrics?.vram_gb ? [`It takes ${formatNumber(best.metrics.vram_gb.value)} GB of memory.`] : []),
      ]
    : [
        `${nameOf(best.quantization)} and ${nameOf(second?.quantization ?? "")} cannot be told apart: the ratio's 90 % interval is ${formatPercent(next?.energy_percent.low ?? 0)} to ${formatPercent(next?.energy_percent.high ?? 0)}. Choose by quality, memory and latency.`,
      ];
  const quantized = catalogue.precisionById.get(at(best.quantization).precision)?.quantized === true;
  return {
    recommendation: {
      quantization: told ? best.quantization : null,
      reasons: ranksContradictFigures(ranked) ? [...reasons, MIXED_SESSIONS] : reasons,
      against,
    },
    warnings: told && quantized ? [accuracyWarning(at(best.quantization), catalogue)] : [],
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

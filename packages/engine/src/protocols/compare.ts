import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber, formatPercent } from "../domain/format.ts";
import { type Quantity, quantity } from "../domain/interval.ts";
import type { PrecisionId } from "../domain/precision.ts";
import type { Outcome, Warning } from "../domain/problem.ts";
import type { CompareColumn, CompareReport } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { matchingRows } from "../evidence/match.ts";
import { precisionRatio, type Ratio, separable } from "../evidence/ratio.ts";
import { outOfSupport } from "../evidence/support.ts";
import { memoryGb } from "../physics/memory.ts";
import { accuracyWarning } from "./accuracy-warning.ts";
import { evaluate, vary } from "./candidate.ts";
import { barChart } from "./chart.ts";
import { sixteenBit } from "./grid.ts";
import { asPercent, nameOf, paradoxesOf } from "./paradox.ts";
import { WorkloadRequestSchema } from "./parameters.ts";
import { parse } from "./parse.ts";
import type { Protocol } from "./protocol.ts";
import { unknownProblem } from "./refusal.ts";
import { resolveParsed } from "./resolve.ts";

/** The skill's four, and what serving evidence adds. */
function columnPrecisions(resolved: Resolved): readonly PrecisionId[] {
  const w = resolved.workload;
  const four: readonly PrecisionId[] = [
    sixteenBit(w) === "bf16" && w.precision === "bf16" ? "bf16" : "fp16",
    "nf4",
    "int8_default",
    "int8_pure",
  ];
  const more: PrecisionId[] = w.framework === "vllm" ? ["fp8"] : [];
  if (w.model.checkpoint_precision === "mxfp4" || w.precision === "mxfp4") more.push("mxfp4");
  return [...four, ...more];
}

/** The session that measured the most of the columns: its rows can be compared. */
function commonSession(
  resolved: Resolved,
  precisions: readonly PrecisionId[],
  catalogue: Catalogue,
): string | undefined {
  const counts = new Map<string, number>();
  for (const precision of precisions) {
    const sources = new Set(matchingRows({ ...resolved.workload, precision }, catalogue).map((row) => row.source));
    for (const source of sources) counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? 1 : -1))[0]?.[0];
}

interface Draft {
  readonly precision: PrecisionId;
  readonly column: Omit<CompareColumn, "rank">;
  /** Energy against the first column, for the order. */
  readonly relative: number | null;
}

function draftOf(
  resolved: Resolved,
  precision: PrecisionId,
  base: PrecisionId,
  session: string | undefined,
  catalogue: Catalogue,
): Draft {
  const varied = vary(resolved, { precision });
  const fits = memoryGb(varied.workload, catalogue).fits;
  const empty = { quantization: precision, metrics: null, monthly: null, delta_energy_percent: null, basis: null };
  const outcome = evaluate(varied, catalogue, session);
  if (outcome.kind === "does-not-fit") {
    const why_not = `does not fit: needs ${formatNumber(outcome.required_gb.value)} GB, ${varied.workload.num_gpus} x ${varied.workload.gpu.name} has ${formatNumber(outcome.available_gb)} GB`;
    return { precision, relative: null, column: { ...empty, fits: false, why_not } };
  }
  if (outcome.kind === "unknown")
    return { precision, relative: null, column: { ...empty, fits, why_not: outcome.missing } };
  const { metrics, monthly, basis } = outcome.candidate;
  const ratio =
    precision === base
      ? null
      : precisionRatio(varied.workload, vary(resolved, { precision: base }).workload, catalogue);
  return {
    precision,
    relative: precision === base ? 1 : (ratio?.ratio.value ?? null),
    column: {
      quantization: precision,
      metrics,
      monthly,
      delta_energy_percent: ratio && asPercent(ratio.ratio),
      fits: true,
      basis,
    },
  };
}

/** Ranks by energy against the first column; where that is not known, by the column's own energy. */
function rankColumns(drafts: readonly Draft[]): CompareColumn[] {
  const baseline = drafts[0]?.column.metrics?.energy_j_per_1k_tokens.value;
  const order = (draft: Draft): number => {
    const own = draft.column.metrics?.energy_j_per_1k_tokens.value;
    if (own === undefined) return Number.POSITIVE_INFINITY;
    return draft.relative !== null && baseline !== undefined ? draft.relative * baseline : own;
  };
  const sorted = drafts.filter((draft) => draft.column.metrics !== null).sort((a, b) => order(a) - order(b));
  return drafts.map((draft) => {
    const position = sorted.indexOf(draft);
    return { ...draft.column, rank: position < 0 ? null : position + 1 };
  });
}

interface Against {
  readonly column: CompareColumn;
  readonly ratio: Ratio | null;
}

const relativePercent = (a: Quantity, b: Quantity): Quantity => {
  const value = 100 * (a.value / b.value - 1);
  const spread = Math.hypot(Math.log(a.high / a.value), Math.log(b.value / b.low));
  const below = Math.hypot(Math.log(a.value / a.low), Math.log(b.high / b.value));
  return quantity(
    value,
    100 * ((a.value / b.value) * Math.exp(-below) - 1),
    100 * ((a.value / b.value) * Math.exp(spread) - 1),
  );
};

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

function recommend(
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
  const told = !second || (against[0]?.separable ?? false);
  const energy = best.metrics ? formatNumber(best.metrics.energy_j_per_1k_tokens.value) : "";
  const reasons = told
    ? [
        `${nameOf(best.quantization)} uses the least energy: ${energy} J per 1k tokens (${best.basis?.tier}, ${best.basis?.evidence[0] ?? "physics alone"}).`,
        ...(second && against[0]
          ? [
              `Next is ${nameOf(second.quantization)}; ${nameOf(best.quantization)} uses ${formatPercent(against[0].energy_percent.value)} energy against it (90 %: ${formatPercent(against[0].energy_percent.low)} to ${formatPercent(against[0].energy_percent.high)}).`,
            ]
          : []),
        ...(best.metrics?.vram_gb ? [`It takes ${formatNumber(best.metrics.vram_gb.value)} GB of memory.`] : []),
      ]
    : [
        `${nameOf(best.quantization)} and ${nameOf(second?.quantization ?? "")} cannot be told apart: the ratio's 90 % interval is ${formatPercent(against[0]?.energy_percent.low ?? 0)} to ${formatPercent(against[0]?.energy_percent.high ?? 0)}. Choose by quality, memory and latency.`,
      ];
  const quantized = catalogue.precisionById.get(at(best.quantization).precision)?.quantized === true;
  return {
    recommendation: { quantization: told ? best.quantization : null, reasons, against },
    warnings: told && quantized ? [accuracyWarning(at(best.quantization), catalogue)] : [],
  };
}

function adviceOf(columns: readonly CompareColumn[]): CompareReport["advice"] {
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

export function compareReport(resolved: Resolved, catalogue: Catalogue): Outcome<CompareReport> {
  const precisions = columnPrecisions(resolved);
  const [base = "fp16"] = precisions;
  const unsupported = outOfSupport({ ...resolved.workload, precision: resolved.workload.precision }, catalogue);
  if (unsupported && matchingRows(resolved.workload, catalogue).length === 0)
    return { ok: false, problem: unknownProblem(unsupported) };
  const session = commonSession(resolved, precisions, catalogue);
  const columns = rankColumns(precisions.map((precision) => draftOf(resolved, precision, base, session, catalogue)));
  const { recommendation, warnings } = recommend(resolved, columns, catalogue);
  const fitting = columns.filter((column) => column.metrics !== null).map((column) => column.quantization);
  return {
    ok: true,
    value: {
      protocol: "compare",
      dataset_version: catalogue.dataset_version,
      configuration: resolved.configuration,
      warnings: [...resolved.warnings, ...warnings],
      columns,
      recommendation,
      paradox_warnings: paradoxesOf(
        resolved.workload,
        base,
        precisions.filter((precision) => fitting.includes(precision)),
        catalogue,
      ),
      advice: adviceOf(columns),
      chart: barChart(
        columns.map((column) => ({
          label: nameOf(column.quantization),
          value: column.metrics?.energy_j_per_1k_tokens.value ?? null,
          why: column.why_not,
        })),
        "J per 1k tokens",
      ),
    },
  };
}

export const compareProtocol: Protocol<CompareReport> = {
  id: "compare",
  title: "Precisions side by side",
  description:
    "Throughput, energy, memory and latency of FP16, NF4, INT8 (default) and INT8 (pure) for one model on one GPU, ranked by energy; says where two cannot be told apart.",
  schema: WorkloadRequestSchema,
  run: (input, { catalogue }) => {
    const parsed = parse(WorkloadRequestSchema, input);
    if (!parsed.ok) return parsed;
    const resolved = resolveParsed(parsed.value, catalogue);
    return resolved.ok ? compareReport(resolved.value, catalogue) : resolved;
  },
};

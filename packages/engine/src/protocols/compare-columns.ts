import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber } from "../domain/format.ts";
import type { PrecisionId } from "../domain/precision.ts";
import type { CompareColumn } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { matchingRows } from "../evidence/match.ts";
import { precisionRatio } from "../evidence/ratio.ts";
import { evaluate, vary } from "./candidate.ts";
import { sixteenBit } from "./grid.ts";
import { asPercent } from "./paradox.ts";

/** The skill's four, and what serving evidence adds. */
export function columnPrecisions(resolved: Resolved): readonly PrecisionId[] {
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
  const empty = { quantization: precision, metrics: null, monthly: null, delta_energy_percent: null, basis: null };
  const outcome = evaluate(varied, catalogue, session);
  if (outcome.kind === "does-not-fit") {
    const why_not = `does not fit: needs ${formatNumber(outcome.required_gb.value)} GB, ${varied.workload.num_gpus} x ${varied.workload.gpu.name} has ${formatNumber(outcome.available_gb)} GB`;
    return { precision, relative: null, column: { ...empty, fits: false, absence: "does not fit", why_not } };
  }
  if (outcome.kind === "unknown")
    return {
      precision,
      relative: null,
      column: { ...empty, fits: false, absence: "not measured", why_not: outcome.missing },
    };
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
      absence: null,
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

/** One column for each precision, ranked by energy. */
export function columnsOf(resolved: Resolved, catalogue: Catalogue): readonly CompareColumn[] {
  const precisions = columnPrecisions(resolved);
  const [base = "fp16"] = precisions;
  const session = commonSession(resolved, precisions, catalogue);
  return rankColumns(precisions.map((precision) => draftOf(resolved, precision, base, session, catalogue)));
}

import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber } from "../domain/format.ts";
import type { PrecisionId } from "../domain/precision.ts";
import type { CompareColumn } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { matchingRows } from "../evidence/match.ts";
import { monthRatio, type Use } from "../evidence/month-ratio.ts";
import { energyRatio } from "../evidence/ratio.ts";
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

/** A column with what it uses, where that can be estimated. */
export interface Draft {
  readonly precision: PrecisionId;
  readonly column: Omit<CompareColumn, "rank" | "delta_energy_percent">;
  readonly use: Use | null;
}
/** With its rank. */
export interface Ranked {
  readonly precision: PrecisionId;
  readonly column: CompareColumn;
  readonly use: Use | null;
}

function draftOf(resolved: Resolved, precision: PrecisionId, session: string | undefined, catalogue: Catalogue): Draft {
  const varied = vary(resolved, { precision });
  const empty = { quantization: precision, metrics: null, monthly: null, basis: null, fits: false };
  const outcome = evaluate(varied, catalogue, session);
  if (outcome.kind === "does-not-fit") {
    const why_not = `does not fit: needs ${formatNumber(outcome.required_gb.value)} GB, ${varied.workload.num_gpus} x ${varied.workload.gpu.name} has ${formatNumber(outcome.available_gb)} GB`;
    return { precision, use: null, column: { ...empty, absence: "does not fit", why_not } };
  }
  if (outcome.kind === "unknown")
    return { precision, use: null, column: { ...empty, absence: "not measured", why_not: outcome.missing } };
  const { metrics, monthly, basis } = outcome.candidate;
  return {
    precision,
    use: outcome.use,
    column: { quantization: precision, metrics, monthly, fits: true, absence: null, basis },
  };
}

/** What decides between two columns: energy per token, or of the month where a fleet idles too. */
const ownEnergy = ({ column, use }: Draft): number =>
  (use?.idle_kwh ? column.monthly?.energy_kwh.value : column.metrics?.energy_j_per_1k_tokens.value) ??
  Number.POSITIVE_INFINITY;

/** Ranks by energy against the first column; where that is not known, by the column's own energy. */
function rankColumns(drafts: readonly Draft[], resolved: Resolved, catalogue: Catalogue): Ranked[] {
  const [base] = drafts;
  const against = drafts.map((draft) => {
    if (!base || !draft.use || draft === base) return null;
    // A base that does not fit is still what the reader compares with: by energy per token alone.
    return base.use
      ? monthRatio(draft.use, base.use, catalogue)
      : energyRatio(draft.use.workload, { ...resolved.workload, precision: base.precision }, catalogue);
  });
  const known = drafts.flatMap((draft, i) => {
    const ratio = against[i];
    return draft.use
      ? [{ draft, order: ratio && base?.use ? ratio.ratio.value * ownEnergy(base) : ownEnergy(draft) }]
      : [];
  });
  const sorted = known.sort((a, b) => a.order - b.order).map(({ draft }) => draft);
  return drafts.map((draft, i) => ({
    ...draft,
    column: {
      ...draft.column,
      delta_energy_percent: against[i] ? asPercent(against[i].ratio) : null,
      rank: draft.use ? sorted.indexOf(draft) + 1 : null,
    },
  }));
}

/** One column for each precision, ranked by energy. */
export function columnsOf(resolved: Resolved, catalogue: Catalogue): readonly Ranked[] {
  const precisions = columnPrecisions(resolved);
  const session = commonSession(resolved, precisions, catalogue);
  return rankColumns(
    precisions.map((precision) => draftOf(resolved, precision, session, catalogue)),
    resolved,
    catalogue,
  );
}

import { architectureId, type Catalogue } from "../domain/catalogue.ts";
import type { Unknown } from "../domain/estimate.ts";
import type { Workload } from "../domain/workload.ts";
import { judgedPrecision } from "./held-out.ts";
import { howToMeasure } from "./how-to-measure.ts";
import { nearestOf, type SizedRow, withSizes } from "./nearest-rows.ts";

const NEAREST = 5;

const UNKNOWN_SIZE_AWAY = 3;

interface Sized {
  readonly rows: readonly SizedRow[];
  readonly architectures: ReadonlyMap<string, string>;
}
const sizedRows = new WeakMap<Catalogue, Sized>();

function sizedOf(catalogue: Catalogue): Sized {
  let known = sizedRows.get(catalogue);
  if (!known) {
    const architectures = new Map(catalogue.models.map((model) => [model.id, architectureId(model)]));
    known = { rows: withSizes(catalogue.usable, catalogue), architectures };
    sizedRows.set(catalogue, known);
  }
  return known;
}

/** Rows that come nearest to the question, for a reader who has to measure it. */
export function nearestEvidence(w: Workload, catalogue: Catalogue): string[] {
  const { rows, architectures } = sizedOf(catalogue);
  const own = architectureId(w.model);
  const precision = judgedPrecision(w.precision);
  const log_params = Math.log(w.model.params_b_total ?? Number.NaN);
  const away = ({ row, log_params: other }: SizedRow): number => {
    const size = Math.abs(other - log_params);
    return (
      (architectures.get(row.model_id) === own ? 0 : 4) +
      (row.gpu === w.gpu.id ? 0 : 3) +
      (row.framework === w.framework ? 0 : 2) +
      (judgedPrecision(row.precision) === precision ? 0 : 1) +
      (Number.isFinite(size) ? size : UNKNOWN_SIZE_AWAY) +
      Math.abs(Math.log2(w.batch_size / row.batch_size)) / 4
    );
  };
  return nearestOf(rows, NEAREST, away).map(({ id }) => id);
}

const unknown = (w: Workload, catalogue: Catalogue, missing: string): Unknown => ({
  kind: "unknown",
  missing,
  nearest_evidence: nearestEvidence(w, catalogue),
  how_to_measure: howToMeasure(w),
});

const supported = new WeakMap<Catalogue, ReadonlySet<string>>();

function measuredPairs(catalogue: Catalogue): ReadonlySet<string> {
  let pairs = supported.get(catalogue);
  if (!pairs) {
    // One row of a user's own answers for itself; it shows no kernel at work elsewhere.
    const { usable } = catalogue.own?.published ?? catalogue;
    pairs = new Set(usable.map((row) => `${row.framework}|${judgedPrecision(row.precision)}`));
    supported.set(catalogue, pairs);
  }
  return pairs;
}

/** "unknown" where no evidence can carry an answer at all; null where some can. */
export function outOfSupport(w: Workload, catalogue: Catalogue): Unknown | null {
  if (w.gpu.vendor !== "nvidia") {
    return unknown(
      w,
      catalogue,
      `No usable measurement exists on any ${w.gpu.vendor.toUpperCase()} accelerator, so nothing can be carried over to the ${w.gpu.name}.`,
    );
  }
  const pairs = measuredPairs(catalogue);
  if (!pairs.has(`${w.framework}|${judgedPrecision(w.precision)}`)) {
    const elsewhere = [...pairs]
      .filter((pair) => pair.endsWith(`|${judgedPrecision(w.precision)}`))
      .map((pair) => pair.split("|")[0]);
    return unknown(
      w,
      catalogue,
      elsewhere.length > 0
        ? `${w.precision} was measured under ${elsewhere.join(", ")} only; its kernels under ${w.framework} are others, and nobody measured them.`
        : `No usable measurement of ${w.precision} exists on any GPU.`,
    );
  }
  if ((w.precision === "fp8" || w.precision === "mxfp4") && !w.gpu.supports_fp8) {
    return unknown(
      w,
      catalogue,
      `${w.gpu.name} has no ${w.precision} arithmetic; weight-only ${w.precision} kernels on it were not measured.`,
    );
  }
  if (w.gpu.variant_unstated === true) return null;
  if (w.gpu.mem_bandwidth_gb_s === null || w.gpu.tdp_w === null || w.gpu.fp16_dense_tflops === null) {
    return unknown(
      w,
      catalogue,
      `The catalogue lacks bandwidth, arithmetic peak or TDP of the ${w.gpu.name}, and no row of it matches.`,
    );
  }
  return null;
}

export const unanswerable = (w: Workload, catalogue: Catalogue): Unknown =>
  unknown(
    w,
    catalogue,
    `No row of ${w.gpu.name} matches, and the catalogue lacks a figure of this card that physics needs.`,
  );

import { type Catalogue, isOwn } from "../domain/catalogue.ts";
import type { Estimate } from "../domain/estimate.ts";
import type { Workload } from "../domain/workload.ts";
import { memoryGb } from "../physics/memory.ts";
import { calibrated, calibratedByOwnRow } from "./calibrated.ts";
import { interpolated } from "./interpolated.ts";
import { reaches } from "./lengths.ts";
import { measured } from "./measured.ts";
import { toMetrics } from "./metrics.ts";
import { modelled } from "./modelled.ts";
import type { RawEstimate } from "./raw.ts";
import { outOfSupport, unanswerable } from "./support.ts";
import { transferred } from "./transferred.ts";

/** The ladder: exact rows, between two batches, the model's evidence elsewhere, physics. First rung that holds. */
export function climb(w: Workload, catalogue: Catalogue, preferredSource?: string): RawEstimate | null {
  return (
    measured(w, catalogue, preferredSource) ??
    interpolated(w, catalogue, preferredSource) ??
    transferred(w, catalogue) ??
    modelled(w, catalogue)
  );
}

/** What the user's own rows say of this question: the row itself, or its host's speed where it is an FP16 run at batch 1. */
function ownEstimate(w: Workload, catalogue: Catalogue, preferredSource?: string): RawEstimate | null {
  if (catalogue.own === null) return null;
  const seen = measured(w, catalogue, preferredSource) ?? interpolated(w, catalogue, preferredSource);
  if (seen?.rows[0] && isOwn(seen.rows[0], catalogue)) return seen;
  return w.calibration ? null : calibratedByOwnRow(w, catalogue, climb);
}

/** The ladder, on the user's own host where a row or a calibration run says how fast it is. */
export const rawEstimate = (w: Workload, catalogue: Catalogue, preferredSource?: string): RawEstimate | null =>
  ownEstimate(w, catalogue, preferredSource) ??
  calibrated(w, catalogue, (other) => climb(other, catalogue, preferredSource)) ??
  climb(w, catalogue, preferredSource);

/** What a workload uses, with tier, interval and evidence; or unknown, or does not fit. Pure. */
export function estimateWorkload(w: Workload, catalogue: Catalogue, preferredSource?: string): Estimate {
  const seen = measured(w, catalogue, preferredSource) ?? interpolated(w, catalogue, preferredSource);
  const unsupported = seen ? null : outOfSupport(w, catalogue);
  if (unsupported) return unsupported;
  // A row that ran there is believed before the memory model, as far as its lengths reach.
  if (!seen?.rows.some((row) => reaches(row, w, catalogue))) {
    const memory = memoryGb(w, catalogue);
    if (!memory.fits && memory.available_gb !== null) {
      return { kind: "does-not-fit", required_gb: memory.total_gb, available_gb: memory.available_gb };
    }
  }
  const raw = rawEstimate(w, catalogue, preferredSource);
  if (!raw) return unanswerable(w, catalogue);
  return { kind: "estimated", ...toMetrics(w, raw, catalogue) };
}

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

/** The upper rungs: rows of this very configuration, at this batch or on both sides of it. */
const seenHere = (w: Workload, catalogue: Catalogue, preferredSource?: string): RawEstimate | null =>
  measured(w, catalogue, preferredSource) ?? interpolated(w, catalogue, preferredSource);

/** The lower rungs: the model's evidence elsewhere, physics. */
const carriedHere = (w: Workload, catalogue: Catalogue): RawEstimate | null =>
  transferred(w, catalogue) ?? modelled(w, catalogue);

/** The ladder: exact rows, between two batches, the model's evidence elsewhere, physics. First rung that holds. */
export const climb = (w: Workload, catalogue: Catalogue, preferredSource?: string): RawEstimate | null =>
  seenHere(w, catalogue, preferredSource) ?? carriedHere(w, catalogue);

/** What the user's own rows say of this question: the row itself, or its host's speed where it is an FP16 run at batch 1. */
function ownEstimate(w: Workload, seen: RawEstimate | null, catalogue: Catalogue): RawEstimate | null {
  if (catalogue.own === null) return null;
  if (seen?.rows[0] && isOwn(seen.rows[0], catalogue)) return seen;
  return w.calibration ? null : calibratedByOwnRow(w, catalogue, climb);
}

/** What was seen or the lower rungs, on the user's own host where a row or a calibration run says how fast it is. */
const climbFrom = (
  seen: RawEstimate | null,
  w: Workload,
  catalogue: Catalogue,
  preferredSource: string | undefined,
): RawEstimate | null =>
  ownEstimate(w, seen, catalogue) ??
  calibrated(w, catalogue, (other) => climb(other, catalogue, preferredSource)) ??
  seen ??
  carriedHere(w, catalogue);

export const rawEstimate = (w: Workload, catalogue: Catalogue, preferredSource?: string): RawEstimate | null =>
  climbFrom(seenHere(w, catalogue, preferredSource), w, catalogue, preferredSource);

/** What a workload uses, with tier, interval and evidence; or unknown, or does not fit. Pure. */
export function estimateWorkload(w: Workload, catalogue: Catalogue, preferredSource?: string): Estimate {
  const seen = seenHere(w, catalogue, preferredSource);
  const unsupported = seen ? null : outOfSupport(w, catalogue);
  if (unsupported) return unsupported;
  // A row that ran there is believed before the memory model, as far as its lengths reach.
  if (!seen?.rows.some((row) => reaches(row, w, catalogue))) {
    const memory = memoryGb(w, catalogue);
    if (!memory.fits && memory.available_gb !== null) {
      return { kind: "does-not-fit", required_gb: memory.total_gb, available_gb: memory.available_gb };
    }
  }
  const raw = climbFrom(seen, w, catalogue, preferredSource);
  if (!raw) return unanswerable(w, catalogue);
  return { kind: "estimated", ...toMetrics(w, raw, catalogue) };
}

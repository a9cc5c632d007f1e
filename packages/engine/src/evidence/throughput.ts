import type { Catalogue } from "../domain/catalogue.ts";
import type { Workload } from "../domain/workload.ts";
import { rawEstimate } from "./estimate.ts";
import { interpolatedThroughput } from "./interpolated.ts";
import { enclosingRows, matchingRows } from "./match.ts";
import { modelledThroughput } from "./modelled.ts";
import { transferredThroughput } from "./transferred.ts";

/**
 * The throughput that `rawEstimate` gives, in output tokens per second, without the interval, the energy and the notes
 * around it: the load model asks for it at hundreds of batches. null where the rows behind the answer publish energy only.
 */
export function throughputOf(w: Workload, catalogue: Catalogue): number | null {
  if (catalogue.own !== null || w.calibration) return rawEstimate(w, catalogue)?.throughput_tok_s?.value ?? null;
  const [row] = matchingRows(w, catalogue);
  if (row) return row.throughput_tok_s;
  const pair = enclosingRows(w, catalogue);
  if (pair) return interpolatedThroughput(w, pair, catalogue);
  return transferredThroughput(w, catalogue) ?? modelledThroughput(w, catalogue);
}

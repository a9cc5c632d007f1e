import type { Catalogue } from "../domain/catalogue.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { rawEstimate } from "./estimate.ts";
import { interpolatedThroughput } from "./interpolated.ts";
import { type RowPair, rowsAlong } from "./match.ts";
import { modelledThroughput } from "./modelled.ts";
import { transferredThroughput } from "./transferred.ts";

/** Output tokens per second at a batch; null where the rows behind the answer publish energy only. */
export type ThroughputAt = (batch_size: number) => number | null;

/**
 * The throughput that `rawEstimate` gives this configuration at each batch, without the interval, the energy and the
 * notes around it: the load model asks for it at dozens of batches, and what is the same at all of them is found once.
 */
export function throughputAlong(w: Workload, catalogue: Catalogue): ThroughputAt {
  if (catalogue.own !== null || w.calibration) {
    return (batch_size) => rawEstimate({ ...w, batch_size }, catalogue)?.throughput_tok_s?.value ?? null;
  }
  const { matching, enclosing } = rowsAlong(w, catalogue);
  // By the lower row of the two: the upper one follows from it.
  const curves = new Map<Measurement, ThroughputAt>();
  const between = (pair: RowPair): ThroughputAt => {
    const known = curves.get(pair[0]) ?? interpolatedThroughput(w, pair, catalogue);
    curves.set(pair[0], known);
    return known;
  };
  const transferred = transferredThroughput(w, catalogue);
  const modelled = modelledThroughput(w, catalogue);
  return (batch_size) => {
    const row = matching(batch_size);
    if (row) return row.throughput_tok_s;
    const pair = enclosing(batch_size);
    if (pair) return between(pair)(batch_size);
    return transferred(batch_size) ?? modelled(batch_size);
  };
}

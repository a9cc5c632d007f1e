import type { Catalogue } from "../domain/catalogue.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Model } from "../domain/model.ts";

/** How many of the rows behind a residual an answer names. */
const NAMED_ROWS = 5;

/** A row with the logarithm of its model's parameters; NaN where they are not known. */
export interface SizedRow {
  readonly row: Measurement;
  readonly log_params: number;
}

export const withSizes = (rows: readonly Measurement[], catalogue: Catalogue): readonly SizedRow[] =>
  rows.map((row) => ({
    row,
    log_params: Math.log(catalogue.modelById.get(row.model_id)?.params_b_total ?? Number.NaN),
  }));

interface Near {
  readonly row: Measurement;
  readonly away: number;
}
const before = (a: Near, b: Near): boolean => a.away < b.away || (a.away === b.away && a.row.id < b.row.id);

/** Rows of the models nearest in size, nearest first, to be named in the answer. One pass: this is on every physics answer's way. */
export function nearestInSize(rows: readonly SizedRow[], model: Model): Measurement[] {
  const asked = Math.log(model.params_b_total ?? Number.NaN);
  const nearest: Near[] = [];
  for (const { row, log_params } of rows) {
    const apart = Math.abs(log_params - asked);
    const near: Near = { row, away: Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart };
    const last = nearest.at(-1);
    if (nearest.length === NAMED_ROWS && last && !before(near, last)) continue;
    const place = nearest.findIndex((other) => before(near, other));
    nearest.splice(place < 0 ? nearest.length : place, 0, near);
    if (nearest.length > NAMED_ROWS) nearest.pop();
  }
  return nearest.map(({ row }) => row);
}

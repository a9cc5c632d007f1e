import type { Catalogue } from "../domain/catalogue.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Model } from "../domain/model.ts";

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

/** The `count` rows that are the least `away`, nearest first, ties by id. One pass, no sorting: this is on many answers' way. */
export function nearestOf(
  rows: readonly SizedRow[],
  count: number,
  away: (sized: SizedRow) => number,
): readonly Measurement[] {
  const nearest: Near[] = [];
  for (const sized of rows) {
    const near: Near = { row: sized.row, away: away(sized) };
    const last = nearest.at(-1);
    if (nearest.length === count && last && !before(near, last)) continue;
    const place = nearest.findIndex((other) => before(near, other));
    nearest.splice(place < 0 ? nearest.length : place, 0, near);
    if (nearest.length > count) nearest.pop();
  }
  return nearest.map(({ row }) => row);
}

/** How many of the rows behind a residual an answer names. */
const NAMED_ROWS = 5;

/** Rows of the models nearest in size, to be named in the answer. */
export function nearestInSize(rows: readonly SizedRow[], model: Model): readonly Measurement[] {
  const asked = Math.log(model.params_b_total ?? Number.NaN);
  return nearestOf(rows, NAMED_ROWS, ({ log_params }) => {
    const apart = Math.abs(log_params - asked);
    return Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart;
  });
}

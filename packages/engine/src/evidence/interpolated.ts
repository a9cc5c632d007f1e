import type { Catalogue } from "../domain/catalogue.ts";
import { atMost, within } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { coefficientsOf, mostPowerW, predict } from "../physics/predict.ts";
import { heldOut } from "./held-out.ts";
import { lengthNote, rowLengths } from "./lengths.ts";
import { enclosingRows } from "./match.ts";
import type { RawEstimate } from "./raw.ts";
import { rowNotes } from "./row-notes.ts";
import { runOf } from "./row-run.ts";
import { type Figure, stretchFor } from "./stretch.ts";

/** What physics says of both rows and of the batch between them, run as the first row ran; 1 each where it cannot say. */
function shapeBetween(w: Workload, a: Measurement, b: Measurement, catalogue: Catalogue) {
  const c = coefficientsOf(catalogue);
  const ran = { ...w, ...rowLengths(a, c) };
  const at = (batch_size: number) => predict({ ...ran, batch_size }, catalogue, c, runOf(a));
  const [first, second, between] = [at(a.batch_size), at(b.batch_size), at(w.batch_size)];
  const flat = { throughput_tok_s: 1, power_w: 1, energy_j_per_token: 1 };
  return first && second && between ? { first, second, between } : { first: flat, second: flat, between: flat };
}

/** A figure of both rows, carried to the batch between them. */
function curveBetween(w: Workload, [a, b]: readonly [Measurement, Measurement], catalogue: Catalogue) {
  const { first, second, between } = shapeBetween(w, a, b, catalogue);
  const along = Math.log(w.batch_size / a.batch_size) / Math.log(b.batch_size / a.batch_size);
  return (name: Figure): number | null => {
    const [y0, y1] = [a[name], b[name]];
    return y0 === null || y1 === null
      ? null
      : between[name] * (y0 / first[name]) ** (1 - along) * (y1 / second[name]) ** along;
  };
}

/** The value alone of this rung's throughput between two rows. */
export const interpolatedThroughput = (
  w: Workload,
  pair: readonly [Measurement, Measurement],
  catalogue: Catalogue,
): number | null => curveBetween(w, pair, catalogue)("throughput_tok_s");

/** Rung 2: between two measured batch sizes of one session: what physics misses at each is drawn as a straight line over the logarithm of the batch. */
export function interpolated(w: Workload, catalogue: Catalogue, preferredSource?: string): RawEstimate | null {
  const pair = enclosingRows(w, catalogue, preferredSource);
  if (!pair) return null;
  const [a, b] = pair;
  const error = heldOut("interpolated", w, catalogue);
  const at = curveBetween(w, pair, catalogue);
  const [throughput, power, energy] = [at("throughput_tok_s"), at("power_w"), at("energy_j_per_token")];
  if (energy === null) return null;
  const nearer = w.batch_size / a.batch_size <= b.batch_size / w.batch_size ? ([a, b] as const) : ([b, a] as const);
  const stretch = stretchFor(w, nearer[0], catalogue);
  const note = lengthNote(w, nearer[0]);
  return {
    tier: "interpolated",
    energy_j_per_token: stretch("energy_j_per_token", within(energy, error.interval_factor)),
    throughput_tok_s:
      throughput === null ? null : stretch("throughput_tok_s", within(throughput, error.throughput_interval_factor)),
    power_w:
      power === null
        ? null
        : atMost(stretch("power_w", within(power, error.throughput_interval_factor)), mostPowerW(w)),
    rows: nearer,
    held_out_error_percent: error.median_error_percent,
    notes: [
      `Interpolated between batch ${Math.round(a.batch_size * 10) / 10} (${a.id}) and ${Math.round(b.batch_size * 10) / 10} (${b.id}), along the curve of physics.`,
      ...(note ? [note] : []),
      ...rowNotes(nearer[0], w),
      ...(nearer[1].flag === null ? [] : rowNotes(nearer[1], w)),
    ],
  };
}

import type { Catalogue } from "../domain/catalogue.ts";
import { atMost, within } from "../domain/interval.ts";
import type { Workload } from "../domain/workload.ts";
import { coefficientsOf, mostPowerW, predictAlong } from "../physics/predict.ts";
import { heldOut } from "./held-out.ts";
import { lengthNote, rowLengths } from "./lengths.ts";
import { enclosingRows, type RowPair } from "./match.ts";
import type { RawEstimate } from "./raw.ts";
import { rowNotes } from "./row-notes.ts";
import { runOf } from "./row-run.ts";
import { type Figure, stretchFor } from "./stretch.ts";

/** Where physics cannot say: a straight line over the logarithm of the batch. */
const FLAT = () => ({ throughput_tok_s: 1, power_w: 1, energy_j_per_token: 1 });

/** A figure of both rows, carried to a batch between them along what physics says of both and of that batch, run as the first row ran. */
function curveBetween(w: Workload, [a, b]: RowPair, catalogue: Catalogue) {
  const c = coefficientsOf(catalogue);
  const physics = predictAlong({ ...w, ...rowLengths(a, c) }, catalogue, c, runOf(a)) ?? FLAT;
  const [first, second] = [physics(a.batch_size), physics(b.batch_size)];
  const apart = Math.log(b.batch_size / a.batch_size);
  return (batch_size: number) => {
    const between = physics(batch_size);
    const along = Math.log(batch_size / a.batch_size) / apart;
    return (name: Figure): number | null => {
      const [y0, y1] = [a[name], b[name]];
      return y0 === null || y1 === null
        ? null
        : between[name] * (y0 / first[name]) ** (1 - along) * (y1 / second[name]) ** along;
    };
  };
}

/** The value alone of this rung's throughput, at any batch between two rows. */
export function interpolatedThroughput(
  w: Workload,
  pair: RowPair,
  catalogue: Catalogue,
): (batch_size: number) => number | null {
  const curve = curveBetween(w, pair, catalogue);
  return (batch_size) => curve(batch_size)("throughput_tok_s");
}

/** Rung 2: between two measured batch sizes of one session: what physics misses at each is drawn as a straight line over the logarithm of the batch. */
export function interpolated(w: Workload, catalogue: Catalogue, preferredSource?: string): RawEstimate | null {
  const pair = enclosingRows(w, catalogue, preferredSource);
  if (!pair) return null;
  const [a, b] = pair;
  const error = heldOut("interpolated", w, catalogue);
  const at = curveBetween(w, pair, catalogue)(w.batch_size);
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

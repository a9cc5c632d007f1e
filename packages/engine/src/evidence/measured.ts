import { type Catalogue, isOwn } from "../domain/catalogue.ts";
import { formatPercent } from "../domain/format.ts";
import { atMost, including, type Quantity, within, Z_90 } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { heldOut } from "./held-out.ts";
import { lengthNote, lengthRatio, stretchedToLengths } from "./lengths.ts";
import { matchingRows } from "./match.ts";
import type { RawEstimate } from "./raw.ts";
import { rowNotes } from "./row-notes.ts";
import { stretchedToToday } from "./software.ts";

/** Relative standard deviation of a row's energy over its own runs, or null where it publishes none. */
export function relativeSpread(row: Measurement): number | null {
  if (row.energy_j_per_token_std !== null) return row.energy_j_per_token_std / row.energy_j_per_token;
  if (row.throughput_std !== null && row.throughput_tok_s !== null) {
    const power = row.power_std !== null && row.power_w !== null ? row.power_std / row.power_w : 0;
    return Math.hypot(row.throughput_std / row.throughput_tok_s, power);
  }
  return null;
}

/** A row's own spread and what sessions of the same configuration differ by, whichever is wider. */
function around(value: number, ownSpread: number | null, factor: number): Quantity {
  return within(value, Math.max(factor, Math.exp(Z_90 * (ownSpread ?? 0))));
}

/** Rung 1: a row of this very configuration. Other sessions that measured it too stretch the interval, told. */
export function measured(w: Workload, catalogue: Catalogue, preferredSource?: string): RawEstimate | null {
  const rows = matchingRows(w, catalogue, preferredSource);
  const row = rows[0];
  if (!row) return null;
  const error = heldOut("measured", w, catalogue);
  const spread = relativeSpread(row);
  // Another host's session says nothing against the user's own.
  const others = rows.filter(
    (other) => other.source !== row.source && other.tier <= 2 && isOwn(other, catalogue) === isOwn(row, catalogue),
  );
  const elsewhere = isOwn(row, catalogue) ? rows.find((other) => !isOwn(other, catalogue)) : undefined;
  const value = row.energy_j_per_token;
  const lengths = stretchedToLengths(around(value, spread, error.interval_factor), w, row, catalogue);
  const own = stretchedToToday(lengths, w, row, catalogue);
  // Another session's energy is stretched to the asked lengths as the row's own is.
  const energy = including(
    own,
    others.flatMap((other) => [other.energy_j_per_token, other.energy_j_per_token * lengthRatio(w, other, catalogue)]),
  );
  const throughputs = others.flatMap((other) => other.throughput_tok_s ?? []);
  const throughput =
    row.throughput_tok_s === null
      ? null
      : including(around(row.throughput_tok_s, null, error.throughput_interval_factor), throughputs);
  const powers = others.flatMap((other) => other.power_w ?? []);
  const power =
    row.power_w === null
      ? null
      : atMost(
          including(around(row.power_w, null, error.throughput_interval_factor), powers),
          // The measured value stands, also above the data sheet's TDP.
          Math.max(row.power_w, (w.gpu.tdp_w ?? Number.MAX_VALUE) * w.num_gpus),
        );
  const note = lengthNote(w, row);
  return {
    tier: "measured",
    energy_j_per_token: energy,
    throughput_tok_s: throughput,
    power_w: power,
    rows: [row, ...others],
    held_out_error_percent: error.median_error_percent,
    notes: [
      ...rowNotes(row, w),
      ...(note ? [note] : []),
      ...(elsewhere
        ? [
            `Your own row ${row.id} answers. The published ${elsewhere.id} measured ${formatPercent(100 * (elsewhere.energy_j_per_token / value - 1), 2)} against it, on another host.`,
          ]
        : []),
      ...others.map(
        (other) =>
          `Session ${other.source} (${other.id}) measured ${formatPercent(100 * (other.energy_j_per_token / value - 1), 2)} against this row: the interval holds both.`,
      ),
    ],
  };
}

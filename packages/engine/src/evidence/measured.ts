import { type Catalogue, isOwn } from "../domain/catalogue.ts";
import { formatPercent } from "../domain/format.ts";
import { atMost, including, type Quantity, within, Z_90 } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { mostPowerW } from "../physics/predict.ts";
import { heldOut } from "./held-out.ts";
import { lengthNote } from "./lengths.ts";
import { matchingRows } from "./match.ts";
import type { RawEstimate } from "./raw.ts";
import { rowNotes } from "./row-notes.ts";
import { type Figure, lengthRatios, stretchFor } from "./stretch.ts";

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
  // Another host's session says nothing against the user's own.
  const others = rows.filter(
    (other) => other.source !== row.source && isOwn(other, catalogue) === isOwn(row, catalogue),
  );
  const elsewhere = isOwn(row, catalogue) ? rows.find((other) => !isOwn(other, catalogue)) : undefined;
  const value = row.energy_j_per_token;
  const stretch = stretchFor(w, row, catalogue);
  const elsewhereAtLengths = others.map((other) => ({ other, ratios: lengthRatios(w, other, catalogue) }));
  /** A figure of the row, with what the other sessions show, as they ran and at the asked lengths. */
  const figure = (name: Figure, own: Quantity): Quantity =>
    including(
      stretch(name, own),
      elsewhereAtLengths.flatMap(({ other, ratios }) => {
        const x = other[name];
        return x === null ? [] : [x, x * ratios[name]];
      }),
    );
  const { throughput_tok_s: throughput, power_w: power } = row;
  const note = lengthNote(w, row);
  return {
    tier: "measured",
    energy_j_per_token: figure("energy_j_per_token", around(value, relativeSpread(row), error.interval_factor)),
    throughput_tok_s:
      throughput === null ? null : figure("throughput_tok_s", within(throughput, error.throughput_interval_factor)),
    power_w:
      power === null
        ? null
        : // The measured value stands, also above the data sheet's TDP.
          atMost(figure("power_w", within(power, error.throughput_interval_factor)), mostPowerW(w)),
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

import type { Catalogue } from "../domain/catalogue.ts";
import { atMost, within } from "../domain/interval.ts";
import type { Workload } from "../domain/workload.ts";
import { heldOut } from "./held-out.ts";
import { lengthNote, stretchedToLengths } from "./lengths.ts";
import { enclosingRows } from "./match.ts";
import type { RawEstimate } from "./raw.ts";
import { rowNotes } from "./row-notes.ts";

const logLog = (x: number, x0: number, x1: number, y0: number, y1: number): number =>
  Math.exp(
    Math.log(y0) + ((Math.log(x) - Math.log(x0)) / (Math.log(x1) - Math.log(x0))) * (Math.log(y1) - Math.log(y0)),
  );

/** Rung 2: between two measured batch sizes of one session, on log-log axes. */
export function interpolated(w: Workload, catalogue: Catalogue, preferredSource?: string): RawEstimate | null {
  const pair = enclosingRows(w, catalogue, preferredSource);
  if (!pair) return null;
  const [a, b] = pair;
  const error = heldOut("interpolated", w, catalogue);
  const at = (y0: number | null, y1: number | null) =>
    y0 === null || y1 === null ? null : logLog(w.batch_size, a.batch_size, b.batch_size, y0, y1);
  const throughput = at(a.throughput_tok_s, b.throughput_tok_s);
  const power = at(a.power_w, b.power_w);
  const energy = logLog(w.batch_size, a.batch_size, b.batch_size, a.energy_j_per_token, b.energy_j_per_token);
  const nearer = w.batch_size / a.batch_size <= b.batch_size / w.batch_size ? ([a, b] as const) : ([b, a] as const);
  const note = lengthNote(w, nearer[0]);
  return {
    tier: "interpolated",
    energy_j_per_token: stretchedToLengths(within(energy, error.interval_factor), w, nearer[0], catalogue),
    throughput_tok_s: throughput === null ? null : within(throughput, error.throughput_interval_factor),
    power_w:
      power === null
        ? null
        : atMost(
            within(power, error.throughput_interval_factor),
            Math.max(power, (w.gpu.tdp_w ?? Number.MAX_VALUE) * w.num_gpus),
          ),
    rows: nearer,
    held_out_error_percent: error.median_error_percent,
    notes: [
      `Interpolated on log-log axes between batch ${Math.round(a.batch_size * 10) / 10} (${a.id}) and ${Math.round(b.batch_size * 10) / 10} (${b.id}).`,
      ...(note ? [note] : []),
      ...rowNotes(nearer[0], w),
      ...(nearer[1].flag === null ? [] : rowNotes(nearer[1], w)),
    ],
  };
}

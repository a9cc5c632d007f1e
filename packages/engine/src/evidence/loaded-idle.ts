import { type Catalogue, isOwn } from "../domain/catalogue.ts";
import { including, type Quantity, quantity, within } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { coefficientsOf, idlePowerW } from "../physics/predict.ts";
import { heldOut } from "./held-out.ts";

/** Power of one GPU with the weights loaded and no request, with the rows that measured it; none where it is modelled. */
export interface LoadedIdle {
  readonly power_w: Quantity;
  readonly rows: readonly Measurement[];
}

interface Reading {
  readonly row: Measurement;
  /** Of one GPU. */
  readonly power_w: number;
}

const readings = new WeakMap<Catalogue, readonly Reading[]>();

function readingsOf(catalogue: Catalogue): readonly Reading[] {
  let known = readings.get(catalogue);
  if (!known) {
    known = catalogue.usable.flatMap((row) =>
      row.idle_loaded_w === undefined ? [] : [{ row, power_w: row.idle_loaded_w / row.num_gpus }],
    );
    readings.set(catalogue, known);
  }
  return known;
}

const byPower = (a: Reading, b: Reading): number => a.power_w - b.power_w || (a.row.id < b.row.id ? -1 : 1);

/** What rows of this card read, the user's own before published ones, the same framework before another. */
function measuredIdle(w: Workload, catalogue: Catalogue): LoadedIdle | null {
  const here = readingsOf(catalogue).filter(({ row }) => row.gpu === w.gpu.id);
  const own = here.filter(({ row }) => isOwn(row, catalogue));
  const believed = own.length > 0 ? own : here;
  const alike = believed.filter(({ row }) => row.framework === w.framework);
  const sorted = [...(alike.length > 0 ? alike : believed)].sort(byPower);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (!middle) return null;
  const around = within(middle.power_w, heldOut("measured", w, catalogue).throughput_interval_factor);
  return {
    power_w: including(
      around,
      sorted.map(({ power_w }) => power_w),
    ),
    rows: [middle.row],
  };
}

/** Where no row read it: the card's idle power times an assumed, wide factor, at most TDP. */
function modelledIdle(w: Workload, catalogue: Catalogue): LoadedIdle | null {
  const c = coefficientsOf(catalogue);
  const idle = idlePowerW(w.gpu, c);
  if (idle === null) return null;
  const cap = (x: number) => Math.min(x, w.gpu.tdp_w ?? x);
  const power_w = quantity(
    cap(idle * c.loaded_idle_factor),
    cap(idle * c.loaded_idle_factor_low),
    cap(idle * c.loaded_idle_factor_high),
  );
  return { power_w, rows: [] };
}

export const loadedIdle = (w: Workload, catalogue: Catalogue): LoadedIdle | null =>
  measuredIdle(w, catalogue) ?? modelledIdle(w, catalogue);

export const loadedIdleNote = ({ rows }: LoadedIdle): string =>
  rows.length === 0
    ? "idle power with weights loaded is modelled, not measured"
    : `idle power with weights loaded is measured (${rows.map(({ id }) => id).join(", ")})`;

import { architectureId, type Catalogue, isOwn } from "../domain/catalogue.ts";
import { formatNumber } from "../domain/format.ts";
import { atMost, including, type Quantity, within } from "../domain/interval.ts";
import { type Measurement, textFirst } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { coefficientsOf, mostPowerW, type Prediction, predict, predictAlong } from "../physics/predict.ts";
import { TODAY } from "../physics/step.ts";
import { heldOut, isUnmeasured, judgedPrecision, samePrecision } from "./held-out.ts";
import { beyondMeasuredLengths } from "./lengths.ts";
import { isOlderVllm, sameBatch, yearOf } from "./match.ts";
import type { RawEstimate } from "./raw.ts";
import { rowNotes } from "./row-notes.ts";
import { predictedRow } from "./row-run.ts";

/** How far a row is from the question, in steps: each says how much of the physics has to carry the answer. */
const STEP = {
  gpu: 8,
  precision: 4,
  num_gpus: 2,
  batch_doubling: 0.5,
  length_doubling: 0.1,
  year: 1,
  flagged: 4,
  /** The user's own row on the same card comes before any published one that is not much nearer. */
  own: 4,
} as const;

/** Another card is far; one of another generation, class, bandwidth or TDP is further. */
function gpuDistance(w: Workload, row: Measurement, catalogue: Catalogue): number {
  if (row.gpu === w.gpu.id) return 0;
  const there = catalogue.gpuById.get(row.gpu);
  const apart = (a: number | null, b: number | null | undefined) => (a && b ? Math.abs(Math.log2(a / b)) : 1);
  return (
    STEP.gpu +
    (there?.class === w.gpu.class ? 0 : 1) +
    (there?.architecture === w.gpu.architecture ? 0 : 1) +
    apart(w.gpu.mem_bandwidth_gb_s, there?.mem_bandwidth_gb_s) +
    apart(w.gpu.tdp_w, there?.tdp_w)
  );
}

/** All of the distance but what the batch adds. */
function distanceAtItsBatch(w: Workload, row: Measurement, catalogue: Catalogue): number {
  const lengths = row.output_tokens === null ? 1 : Math.abs(Math.log2(w.generation_length / row.output_tokens));
  return (
    gpuDistance(w, row, catalogue) +
    (judgedPrecision(row.precision) === judgedPrecision(w.precision) ? 0 : STEP.precision) +
    (row.num_gpus === w.num_gpus ? 0 : STEP.num_gpus) +
    STEP.length_doubling * lengths +
    (row.flag === null ? 0 : STEP.flagged) -
    (row.gpu === w.gpu.id && isOwn(row, catalogue) ? STEP.own : 0) -
    STEP.year * yearOf(row)
  );
}

interface Anchor {
  readonly row: Measurement;
  readonly there: Prediction;
}

const byArchitecture = new WeakMap<Catalogue, ReadonlyMap<string, readonly Measurement[]>>();

function rowsOfArchitecture(w: Workload, catalogue: Catalogue): readonly Measurement[] {
  let index = byArchitecture.get(catalogue);
  if (!index) {
    const built = new Map<string, Measurement[]>();
    for (const row of catalogue.usable) {
      const model = catalogue.modelById.get(row.model_id);
      if (!model || catalogue.gpuById.get(row.gpu)?.variant_unstated === true) continue;
      const key = `${architectureId(model)}|${row.framework}`;
      const rows = built.get(key);
      if (rows) rows.push(row);
      else built.set(key, [row]);
    }
    for (const [key, rows] of built) built.set(key, [...textFirst(rows)]);
    index = built;
    byArchitecture.set(catalogue, index);
  }
  return index.get(`${architectureId(w.model)}|${w.framework}`) ?? [];
}

/** Eager time is the host's: only the same card and precision, at another batch, says more than physics with the rows of other models there; the judgement shows it. */
const mayAnchor = (w: Workload, row: Measurement): boolean =>
  w.framework !== "transformers" ||
  (row.gpu === w.gpu.id && judgedPrecision(row.precision) === judgedPrecision(w.precision));

/** The nearest row of the same architecture and framework that physics can reproduce, at any batch. */
function anchorsAlong(w: Workload, catalogue: Catalogue): (batch_size: number) => Anchor | null {
  const rows = rowsOfArchitecture(w, catalogue)
    .filter((row) => mayAnchor(w, row))
    .map((row) => ({ row, apart: distanceAtItsBatch(w, row, catalogue) }));
  return (batch_size) => {
    let nearest: (Anchor & { readonly distance: number }) | null = null;
    for (const { row, apart } of rows) {
      const distance = apart + STEP.batch_doubling * Math.abs(Math.log2(batch_size / row.batch_size));
      if (nearest && (distance > nearest.distance || (distance === nearest.distance && row.id > nearest.row.id)))
        continue;
      const there = predictedRow(row, catalogue);
      if (there) nearest = { row, there, distance };
    }
    return nearest;
  };
}

function changeNote(w: Workload, row: Measurement): string {
  const changes = [
    ...(row.gpu === w.gpu.id ? [] : [`GPU ${row.gpu} → ${w.gpu.id}`]),
    ...(samePrecision(row.precision, w.precision) ? [] : [`${row.precision} → ${w.precision}`]),
    ...(row.num_gpus === w.num_gpus ? [] : [`${row.num_gpus} → ${w.num_gpus} GPUs`]),
    ...(sameBatch(row.batch_size, w.batch_size)
      ? []
      : [`batch ${Math.round(row.batch_size)} → ${formatNumber(w.batch_size)}`]),
  ];
  return `Carried over from ${row.id} (${row.model_id}) by physics${changes.length > 0 ? `: ${changes.join(", ")}` : " to the asked lengths"}.`;
}

/** Rows were judged up to eight times their batch away; each three doublings beyond widen the interval by half as much again. */
const JUDGED_DOUBLINGS = 3;
const farInBatch = (w: Workload, row: Measurement): number =>
  1 + Math.max(0, Math.abs(Math.log2(w.batch_size / row.batch_size)) - JUDGED_DOUBLINGS) / (2 * JUDGED_DOUBLINGS);

/** A row of 2024 answers for today's software; whether a card without newer rows gained as others did is not known: the interval holds both. */
function heldForOlder(today: Quantity, older: number, row: Measurement, factor: number): Quantity {
  return isOlderVllm(row) ? including(today, [older / factor, older * factor]) : today;
}

interface Carried extends Anchor {
  readonly here: Prediction;
  readonly throughput: number;
}

/** The nearest row and its throughput, carried over to any batch; null where this rung has no answer. */
function carriedAlong(w: Workload, catalogue: Catalogue): (batch_size: number) => Carried | null {
  // A precision that nobody measured is physics' alone: no rung above has an error for it.
  const physics = isUnmeasured(w.precision) ? null : predictAlong(w, catalogue);
  if (!physics) return () => null;
  const anchorAt = anchorsAlong(w, catalogue);
  return (batch_size) => {
    const anchor = anchorAt(batch_size);
    if (!anchor) return null;
    const here = physics(batch_size);
    const { row, there } = anchor;
    const throughput =
      row.throughput_tok_s === null
        ? here.throughput_tok_s
        : (row.throughput_tok_s * here.throughput_tok_s) / there.throughput_tok_s;
    return { here, row, there, throughput };
  };
}

/** The value alone of this rung's throughput, at any batch. */
export function transferredThroughput(w: Workload, catalogue: Catalogue): (batch_size: number) => number | null {
  const carriedTo = carriedAlong(w, catalogue);
  return (batch_size) => carriedTo(batch_size)?.throughput ?? null;
}

/** Rung 3: the model's own evidence elsewhere, carried over by the ratio of two physical predictions. */
export function transferred(w: Workload, catalogue: Catalogue): RawEstimate | null {
  const carried = carriedAlong(w, catalogue)(w.batch_size);
  if (!carried) return null;
  const { here, row, there, throughput } = carried;
  const error = heldOut("transferred", w, catalogue);
  const widening = beyondMeasuredLengths(w) * farInBatch(w, row);
  const most = mostPowerW(w);
  // Two carried-over figures may disagree on the power; the card's TDP bounds it.
  const energy = Math.min(
    (row.energy_j_per_token * here.energy_j_per_token) / there.energy_j_per_token,
    most / throughput,
  );
  const factor = error.interval_factor ** widening;
  const throughputFactor = error.throughput_interval_factor ** widening;
  const older = predict(w, catalogue, coefficientsOf(catalogue), { ...TODAY, older: true }) ?? here;
  const olderEnergy = (row.energy_j_per_token * older.energy_j_per_token) / there.energy_j_per_token;
  const olderThroughput = (throughput * older.throughput_tok_s) / here.throughput_tok_s;
  return {
    tier: "transferred",
    energy_j_per_token: heldForOlder(within(energy, factor), olderEnergy, row, factor),
    throughput_tok_s: heldForOlder(within(throughput, throughputFactor), olderThroughput, row, throughputFactor),
    power_w: atMost(within(energy * throughput, throughputFactor), most),
    rows: [row],
    held_out_error_percent: error.median_error_percent,
    notes: [changeNote(w, row), ...rowNotes(row, w)],
  };
}

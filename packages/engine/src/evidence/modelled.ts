import type { Catalogue } from "../domain/catalogue.ts";
import type { HeldOut } from "../domain/held-out.ts";
import { atMost, within } from "../domain/interval.ts";
import { isMultimodal, type Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { shapeOf } from "../physics/architecture.ts";
import { coefficientsOf, mostPowerW, predict, predictAlong } from "../physics/predict.ts";
import { heldOut, isUnmeasured, judgedPrecision } from "./held-out.ts";
import { beyondMeasuredLengths } from "./lengths.ts";
import { newestGeneration } from "./match.ts";
import { nearestInSize, type SizedRow, withSizes } from "./nearest-rows.ts";
import type { RawEstimate } from "./raw.ts";
import { predictRow } from "./row-run.ts";

/** Residuals of fewer rows than this pull the answer by less: n / (n + PRIOR_ROWS). */
const PRIOR_ROWS = 4;
/** Exponents on the interval's factor: a stand-in architecture, and a precision that nobody measured. */
const STAND_IN_WIDENING = 1.25;
const UNMEASURED_PRECISION_WIDENING = 2;

interface Residual {
  readonly energy: number;
  readonly throughput: number;
  readonly rows: readonly SizedRow[];
}
const NO_RESIDUAL: Residual = { energy: 1, throughput: 1, rows: [] };

const mean = (xs: readonly number[]): number => (xs.length === 0 ? 0 : xs.reduce((s, x) => s + x, 0) / xs.length);

const residuals = new WeakMap<Catalogue, Map<string, Residual>>();

/** What rows of the same GPU, framework and precision say physics misses, as factors on energy and throughput. */
function residualOf(w: Workload, catalogue: Catalogue): Residual {
  let known = residuals.get(catalogue);
  if (!known) {
    known = new Map();
    residuals.set(catalogue, known);
  }
  const precision = judgedPrecision(w.precision);
  const key = `${w.gpu.id}|${w.framework}|${precision}`;
  const cached = known.get(key);
  if (cached) return cached;
  const rows = catalogue.usable.filter(
    (row) =>
      row.gpu === w.gpu.id &&
      row.framework === w.framework &&
      judgedPrecision(row.precision) === precision &&
      row.flag === null &&
      !isMultimodal(row),
  );
  const residual = rows.length === 0 ? NO_RESIDUAL : computeResidual(newestGeneration(rows), catalogue);
  known.set(key, residual);
  return residual;
}

function computeResidual(rows: readonly Measurement[], catalogue: Catalogue): Residual {
  const c = coefficientsOf(catalogue);
  const energies: number[] = [];
  const throughputs: number[] = [];
  for (const row of rows) {
    const there = predictRow(row, catalogue, c);
    if (!there) continue;
    energies.push(Math.log(row.energy_j_per_token / there.energy_j_per_token));
    if (row.throughput_tok_s !== null) throughputs.push(Math.log(row.throughput_tok_s / there.throughput_tok_s));
  }
  const shrunk = (xs: readonly number[]) => Math.exp((mean(xs) * xs.length) / (xs.length + PRIOR_ROWS));
  return { energy: shrunk(energies), throughput: shrunk(throughputs), rows: withSizes(rows, catalogue) };
}

const fitted = new WeakMap<Catalogue, Map<string, readonly SizedRow[]>>();

/** What physics was fitted to for this framework and precision, on any card. */
function fittedRows(w: Workload, catalogue: Catalogue): readonly SizedRow[] {
  let known = fitted.get(catalogue);
  if (!known) {
    known = new Map();
    fitted.set(catalogue, known);
  }
  const precision = judgedPrecision(w.precision);
  const key = `${w.framework}|${precision}`;
  const cached = known.get(key);
  if (cached) return cached;
  const rows = catalogue.usable.filter(
    (row) =>
      row.framework === w.framework &&
      judgedPrecision(row.precision) === precision &&
      row.flag === null &&
      !isMultimodal(row) &&
      catalogue.gpuById.get(row.gpu)?.variant_unstated !== true,
  );
  const sized = withSizes(rows, catalogue);
  known.set(key, sized);
  return sized;
}

/** A card without rows of this framework and precision is also an unknown host: judged apart. */
const errorOf = (w: Workload, residual: Residual, catalogue: Catalogue): HeldOut =>
  heldOut(residual.rows.length > 0 ? "modelled" : "unseen_gpu", w, catalogue);

/** The value alone of this rung's throughput, at any batch. */
export function modelledThroughput(w: Workload, catalogue: Catalogue): (batch_size: number) => number | null {
  const physics = predictAlong(w, catalogue);
  if (!physics) return () => null;
  const { throughput } = residualOf(w, catalogue);
  return (batch_size) => physics(batch_size).throughput_tok_s * throughput;
}

/** Rung 4: physics, corrected by what rows of the same GPU, framework and precision say that it misses. */
export function modelled(w: Workload, catalogue: Catalogue): RawEstimate | null {
  const here = predict(w, catalogue);
  if (!here) return null;
  const residual = residualOf(w, catalogue);
  const error = errorOf(w, residual, catalogue);
  const unmeasured = isUnmeasured(w.precision);
  const widening =
    (shapeOf(w.model, catalogue).known ? 1 : STAND_IN_WIDENING) *
    (unmeasured ? UNMEASURED_PRECISION_WIDENING : 1) *
    beyondMeasuredLengths(w);
  const throughput = here.throughput_tok_s * residual.throughput;
  const most = mostPowerW(w);
  // Two corrected figures may disagree on the power; the card's TDP bounds it.
  const energy = Math.min(here.energy_j_per_token * residual.energy, most / throughput);
  return {
    tier: "modelled",
    energy_j_per_token: within(energy, error.interval_factor ** widening),
    throughput_tok_s: within(throughput, error.throughput_interval_factor ** widening),
    power_w: atMost(within(energy * throughput, error.throughput_interval_factor ** widening), most),
    rows: nearestInSize(residual.rows.length > 0 ? residual.rows : fittedRows(w, catalogue), w.model),
    held_out_error_percent: error.median_error_percent,
    notes: [
      residual.rows.length > 0
        ? `No row of this model: physics, corrected by ${residual.rows.length} rows of ${w.gpu.id} under ${w.framework}.`
        : `No row of this model, nor of ${w.gpu.id} under ${w.framework} at this precision: physics alone, fitted to rows of other cards such as those named.`,
      ...(w.num_gpus > 1
        ? [`The ${w.num_gpus} GPUs are taken as tensor parallel: each holds and reads its share of the weights.`]
        : []),
      ...(unmeasured
        ? [
            `Nobody measured ${w.precision}: its bytes are counted, its arithmetic is taken at the 16-bit rate, its kernels are not known.`,
          ]
        : []),
    ],
  };
}

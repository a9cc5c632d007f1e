import { type Catalogue, isOwn } from "../domain/catalogue.ts";
import { atMost, within } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { predict } from "../physics/predict.ts";
import { heldOut, isUnmeasured } from "./held-out.ts";
import { matchingRows } from "./match.ts";
import type { RawEstimate } from "./raw.ts";

/** The run that the user's calibration describes: this model on this host at FP16, batch 1, eager. */
const calibrationRun = (w: Workload): Workload => ({
  ...w,
  precision: "fp16",
  batch_size: 1,
  framework: "transformers",
  calibration: null,
});

/**
 * The user's own FP16 run sets the host: an estimate for this host = the user's run × the ratio of what the ladder says
 * for the question and for that run, both on the evidence's host. Energy is scaled only where power was measured too.
 * null for a precision that nobody measured: a run at 16 bit says nothing of its kernels.
 */
export function calibrated(
  w: Workload,
  catalogue: Catalogue,
  uncalibrated: (workload: Workload) => RawEstimate | null,
): RawEstimate | null {
  if (!w.calibration || w.framework !== "transformers" || isUnmeasured(w.precision)) return null;
  const run = calibrationRun(w);
  const question = uncalibrated({ ...w, calibration: null });
  const reference = uncalibrated(run);
  const referenceThroughput = reference?.throughput_tok_s?.value ?? predict(run, catalogue)?.throughput_tok_s;
  if (!question?.throughput_tok_s || !reference || referenceThroughput === undefined) return null;
  const hostSpeed = w.calibration.throughput_tok_s / referenceThroughput;
  const own = w.precision === "fp16" || w.precision === "bf16";
  const error = heldOut(own ? "interpolated" : "ratio", w, catalogue);
  const throughput = question.throughput_tok_s.value * hostSpeed;
  const measuredEnergy = w.calibration.power_w === null ? null : w.calibration.power_w / w.calibration.throughput_tok_s;
  const hostEnergy = measuredEnergy === null ? 1 / hostSpeed : measuredEnergy / reference.energy_j_per_token.value;
  const energy = question.energy_j_per_token.value * hostEnergy;
  return {
    tier: "transferred",
    energy_j_per_token: within(
      energy,
      measuredEnergy === null
        ? Math.max(error.interval_factor, question.energy_j_per_token.high / question.energy_j_per_token.value)
        : error.interval_factor,
    ),
    throughput_tok_s: within(throughput, error.throughput_interval_factor),
    power_w: atMost(
      within(energy * throughput, error.throughput_interval_factor),
      (w.gpu.tdp_w ?? Number.MAX_VALUE) * w.num_gpus,
    ),
    rows: question.rows,
    held_out_error_percent: error.median_error_percent,
    notes: [
      `Scaled to your host by your own FP16 run at batch 1: ${w.calibration.throughput_tok_s} tok/s is ${hostSpeed.toFixed(2)} times the evidence's host.`,
      ...(measuredEnergy === null ? ["Without calibration_power_w, power is taken to be the evidence's."] : []),
      ...question.notes,
    ],
  };
}

/** The user's own row of `calibrationRun`, which says of the host what the calibration_* parameters say. */
const ownCalibrationRow = (w: Workload, catalogue: Catalogue): Measurement | undefined =>
  matchingRows(calibrationRun(w), catalogue).find((row) => isOwn(row, catalogue) && row.throughput_tok_s !== null);

/** `calibrated`, where the user brought the run as a row; what it is scaled from is the published evidence. */
export function calibratedByOwnRow(
  w: Workload,
  catalogue: Catalogue,
  uncalibrated: (workload: Workload, catalogue: Catalogue) => RawEstimate | null,
): RawEstimate | null {
  const row = catalogue.own === null ? undefined : ownCalibrationRow(w, catalogue);
  if (!catalogue.own || !row || row.throughput_tok_s === null) return null;
  const { published } = catalogue.own;
  const calibration = { throughput_tok_s: row.throughput_tok_s, power_w: row.power_w };
  const scaled = calibrated({ ...w, calibration }, published, (other) => uncalibrated(other, published));
  return (
    scaled && {
      ...scaled,
      rows: [...scaled.rows, row],
      notes: [`The host's factor is of your row ${row.id}.`, ...scaled.notes],
    }
  );
}

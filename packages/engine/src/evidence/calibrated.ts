import { type Catalogue, isOwn } from "../domain/catalogue.ts";
import type { HeldOut } from "../domain/held-out.ts";
import { atMost, within } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { mostPowerW, predict } from "../physics/predict.ts";
import { heldOut, isUnmeasured, samePrecision } from "./held-out.ts";
import { calibrationRun, hostOf } from "./host.ts";
import { beyondMeasuredLengths } from "./lengths.ts";
import { matchingRows, sameBatch } from "./match.ts";
import type { RawEstimate } from "./raw.ts";

/** A run at another batch or of another precision than its own was judged with power, too: without it the host's mean error stays. */
function hostError(w: Workload, catalogue: Catalogue): HeldOut {
  return heldOut(w.calibration?.power_w === null ? "unknown_host" : "calibrated", w, catalogue);
}

const sameSession = (a: RawEstimate, b: RawEstimate): boolean =>
  a.tier === "measured" && b.tier === "measured" && a.rows[0]?.source === b.rows[0]?.source;

const isRun = (w: Workload): boolean => samePrecision(w.precision, "fp16") && sameBatch(w.batch_size, 1);

const NO_POWER = "Without calibration_power_w, power is taken to be the evidence's.";

/** The user's run × the ratio of two rows of one session: shared errors cancel. */
function scaledRun(
  w: Workload,
  question: RawEstimate,
  reference: RawEstimate,
  catalogue: Catalogue,
): RawEstimate | null {
  const [here, there] = [question.throughput_tok_s, reference.throughput_tok_s];
  if (!w.calibration || !here || !there) return null;
  const { throughput_tok_s, power_w } = w.calibration;
  const hostSpeed = throughput_tok_s / there.value;
  const error = isRun(w) ? heldOut("interpolated", w, catalogue) : heldOut("ratio", w, catalogue);
  const measuredEnergy = power_w === null ? null : power_w / throughput_tok_s;
  const hostEnergy = measuredEnergy === null ? 1 / hostSpeed : measuredEnergy / reference.energy_j_per_token.value;
  const energy = question.energy_j_per_token.value * hostEnergy;
  const throughput = here.value * hostSpeed;
  const unread = question.energy_j_per_token.high / question.energy_j_per_token.value;
  const factor = measuredEnergy === null ? Math.max(error.interval_factor, unread) : error.interval_factor;
  return {
    tier: "transferred",
    energy_j_per_token: within(energy, factor),
    throughput_tok_s: within(throughput, error.throughput_interval_factor),
    power_w: atMost(within(energy * throughput, error.throughput_interval_factor), mostPowerW(w)),
    rows: question.rows,
    held_out_error_percent: error.median_error_percent,
    notes: [
      `Scaled to your host by your own FP16 run at batch 1: ${throughput_tok_s} tok/s is ${hostSpeed.toFixed(2)} times the evidence's host.`,
      ...(power_w === null ? [NO_POWER] : []),
      ...question.notes,
    ],
  };
}

/** Physics with the launch time and the power that the user's run shows. */
function physicsOfHost(w: Workload, question: RawEstimate, catalogue: Catalogue): RawEstimate | null {
  const host = hostOf(w, catalogue);
  const here = host && predict({ ...w, calibration: null }, catalogue, host);
  if (!here || !w.calibration) return null;
  const error = hostError(w, catalogue);
  const widening = beyondMeasuredLengths(w);
  return {
    tier: "transferred",
    energy_j_per_token: within(here.energy_j_per_token, error.interval_factor ** widening),
    throughput_tok_s: within(here.throughput_tok_s, error.throughput_interval_factor ** widening),
    power_w: atMost(within(here.power_w, error.throughput_interval_factor ** widening), mostPowerW(w)),
    rows: question.rows,
    held_out_error_percent: error.median_error_percent,
    notes: [
      `Physics of your host: your own FP16 run at batch 1 (${w.calibration.throughput_tok_s} tok/s) means ${host.eager_layer_ms_fp16.toPrecision(2)} ms of launches per layer.`,
      ...(w.calibration.power_w === null ? [NO_POWER] : []),
    ],
  };
}

/**
 * The user's own FP16 run sets the host. Where one session measured both the question and that run, the answer is the
 * user's run × that session's ratio; else physics with the host's launch time and power. Energy follows the host's power
 * only where it was read. null for a precision that nobody measured: a run at 16 bit says nothing of its kernels.
 */
export function calibrated(
  w: Workload,
  catalogue: Catalogue,
  uncalibrated: (workload: Workload) => RawEstimate | null,
): RawEstimate | null {
  if (!w.calibration || w.framework !== "transformers" || isUnmeasured(w.precision)) return null;
  const question = uncalibrated({ ...w, calibration: null });
  const reference = uncalibrated(calibrationRun(w));
  if (!question || !reference) return null;
  const ratioKnown = isRun(w) || sameSession(question, reference);
  return (ratioKnown ? scaledRun(w, question, reference, catalogue) : null) ?? physicsOfHost(w, question, catalogue);
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

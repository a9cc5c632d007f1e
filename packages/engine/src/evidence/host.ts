import type { Catalogue } from "../domain/catalogue.ts";
import type { Workload } from "../domain/workload.ts";
import type { CoefficientValues } from "../physics/coefficients.ts";
import { coefficientsOf, idlePowerW, predict } from "../physics/predict.ts";

/** Launch times that any host may have, in ms per layer: far beyond the 0.34 to 1.01 that were seen. */
const FASTEST_MS = 0.01;
const SLOWEST_MS = 20;
const HALVINGS = 50;
/** A power reading may say so many times more or less of the card's activity than the evidence's sessions do. */
const MOST_POWER_FACTOR = 3;

/** The user's own run: this model on this host at FP16, batch 1, eager. */
export const calibrationRun = (w: Workload): Workload => ({
  ...w,
  precision: "fp16",
  batch_size: 1,
  framework: "transformers",
  calibration: null,
});

const POWER = ["eager_power_floor", "eager_power_memory", "eager_power_compute"] as const;

/** Coefficients of a host on which power above idle is `factor` times what the evidence's hosts have. */
const withPower = (c: CoefficientValues, factor: number): CoefficientValues => ({
  ...c,
  ...Object.fromEntries(POWER.map((name) => [name, c[name] * factor])),
});

/**
 * Physics of the user's host: the launch time at which it reproduces the throughput of the calibration run, and the power
 * above idle that was read. A run faster than the card's memory allows gives the fastest host. null where physics cannot predict the run.
 */
export function hostOf(
  w: Workload,
  catalogue: Catalogue,
  c: CoefficientValues = coefficientsOf(catalogue),
): CoefficientValues | null {
  const run = calibrationRun(w);
  const idle = idlePowerW(w.gpu, c);
  if (!w.calibration || idle === null) return null;
  const at = (ms: number) => predict(run, catalogue, { ...c, eager_layer_ms_fp16: ms });
  let [low, high] = [FASTEST_MS, SLOWEST_MS];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = Math.sqrt(low * high);
    const there = at(middle);
    if (!there) return null;
    if (there.throughput_tok_s > w.calibration.throughput_tok_s) low = middle;
    else high = middle;
  }
  const host = { ...c, eager_layer_ms_fp16: high };
  const there = predict(run, catalogue, host);
  if (!there || w.calibration.power_w === null) return there && host;
  const idling = idle * w.num_gpus;
  const factor = (w.calibration.power_w - idling) / (there.power_w - idling);
  return withPower(host, Math.min(MOST_POWER_FACTOR, Math.max(1 / MOST_POWER_FACTOR, factor)));
}

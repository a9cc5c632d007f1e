import type { Catalogue } from "../domain/catalogue.ts";
import { including, type Quantity } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { coefficientsOf, type Prediction, predict } from "../physics/predict.ts";
import { TODAY } from "../physics/step.ts";
import { lengthErrors, predictedAtRowLengths } from "./lengths.ts";
import { isOlderVllm } from "./match.ts";

/** What a row measures of a run. */
export const FIGURES = ["energy_j_per_token", "throughput_tok_s", "power_w"] as const;
export type Figure = (typeof FIGURES)[number];
type Ratios = Readonly<Record<Figure, number>>;

const SAME: Ratios = { energy_j_per_token: 1, throughput_tok_s: 1, power_w: 1 };

/** One prediction over another, figure by figure; 1 each where physics cannot say. */
const over = (a: Prediction | null, b: Prediction | null): Ratios =>
  a && b
    ? {
        energy_j_per_token: a.energy_j_per_token / b.energy_j_per_token,
        throughput_tok_s: a.throughput_tok_s / b.throughput_tok_s,
        power_w: a.power_w / b.power_w,
      }
    : SAME;

/** A row's figures at the asked lengths over those at its own, by physics. */
export const lengthRatios = (w: Workload, row: Measurement, catalogue: Catalogue): Ratios =>
  over(predict(w, catalogue), predictedAtRowLengths(w, row, catalogue));

/** Figures under vLLM 0.5 of 2024 over those under today's, by physics. */
const olderOverToday = (w: Workload, catalogue: Catalogue): Ratios =>
  over(predict(w, catalogue, coefficientsOf(catalogue), { ...TODAY, older: true }), predict(w, catalogue));

/**
 * Stretches the interval of a figure of the row until it also holds what physics makes of it at the asked lengths, with
 * the error of that, and, for a row of 2024, what today's software would show.
 */
export function stretchFor(
  w: Workload,
  row: Measurement,
  catalogue: Catalogue,
): (figure: Figure, q: Quantity) => Quantity {
  const ratios = lengthRatios(w, row, catalogue);
  const errors = lengthErrors(w, row, catalogue);
  const older = isOlderVllm(row) ? olderOverToday(w, catalogue) : null;
  return (figure, q) => {
    const error = figure === "energy_j_per_token" ? errors.energy : errors.throughput;
    const asked = including(q, [(q.low * ratios[figure]) / error, q.high * ratios[figure] * error]);
    return older === null ? asked : including(asked, [asked.low / older[figure], asked.high / older[figure]]);
  };
}

import type { Measurement } from "../../packages/engine/src/domain/measurement.ts";
import type { Prediction } from "../../packages/engine/src/physics/predict.ts";

/** Energy is throughput and power again; it counts a little less, so that their errors may not hide in each other. */
const ENERGY_WEIGHT = 0.7;
/** A row that physics cannot predict is a defect of the catalogue. */
const MISSING = "physics cannot predict a row that it is fitted to";

/** ln(predicted / measured) of throughput, power and energy; 0 for what the row does not publish. */
export function logErrors(row: Measurement, prediction: Prediction | null): [number, number, number] {
  if (!prediction) throw new Error(`${row.id}: ${MISSING}`);
  return [
    row.throughput_tok_s === null ? 0 : Math.log(prediction.throughput_tok_s / row.throughput_tok_s),
    row.power_w === null ? 0 : Math.log(prediction.power_w / row.power_w),
    ENERGY_WEIGHT * Math.log(prediction.energy_j_per_token / row.energy_j_per_token),
  ];
}

/** Four digits are more than the rows know. */
export const rounded = <K extends string>(values: Readonly<Record<K, number>>): Record<K, number> =>
  Object.fromEntries(
    Object.entries<number>(values).map(([name, value]) => [name, Number(value.toPrecision(4))]),
  ) as Record<K, number>;

import type { Catalogue } from "../domain/catalogue.ts";
import { including, type Quantity } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { coefficientsOf, predict } from "../physics/predict.ts";
import { TODAY } from "../physics/step.ts";
import { isOlderVllm } from "./match.ts";

/** Energy under vLLM 0.5 of 2024 over energy under today's, by physics; 1 where it cannot say. */
function olderOverToday(w: Workload, catalogue: Catalogue): number {
  const today = predict(w, catalogue);
  const older = predict(w, catalogue, coefficientsOf(catalogue), { ...TODAY, older: true });
  return today && older ? older.energy_j_per_token / today.energy_j_per_token : 1;
}

/** A row of 2024 stands as it was measured; whoever runs today's software may use less: the interval holds that too. */
export function stretchedToToday(energy: Quantity, w: Workload, row: Measurement, catalogue: Catalogue): Quantity {
  if (!isOlderVllm(row)) return energy;
  const ratio = olderOverToday(w, catalogue);
  return including(energy, [energy.low / ratio, energy.high / ratio]);
}

export const OLDER_NOTE =
  "ran vLLM 0.5 of 2024. Today's software uses less by what physics knows of both; the interval holds both generations.";

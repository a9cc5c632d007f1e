import type { Model } from "../domain/model.ts";
import type { Shape } from "./architecture.ts";

const BILLION = 1e9;

/** Parameters that one decode step of `batch` sequences reads: of a mixture of experts only those that the batch touches, 1 − (1 − k/E)^B. */
export function parametersRead(model: Model, shape: Shape, batch: number): number {
  const total = (model.params_b_total ?? Number.NaN) * BILLION;
  const active = (model.params_b_active ?? model.params_b_total ?? Number.NaN) * BILLION;
  if (active >= total) return total;
  if (!shape.experts || !shape.experts_per_token) {
    // Expert counts unknown: between the active parameters (batch 1) and all of them.
    return Math.min(total, active * Math.sqrt(batch));
  }
  const share = shape.experts_per_token / shape.experts;
  const expertParameters = (total - active) / (1 - share);
  return total - expertParameters * (1 - share) ** batch;
}

export const activeParameters = (model: Model): number =>
  (model.params_b_active ?? model.params_b_total ?? Number.NaN) * BILLION;

import type { Catalogue } from "../domain/catalogue.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import type { CoefficientValues } from "../physics/coefficients.ts";
import { coefficientsOf, type Prediction, predict } from "../physics/predict.ts";
import type { RunContext } from "../physics/step.ts";
import { rowLengths } from "./lengths.ts";
import { isOlderVllm } from "./match.ts";

/** The workload that a row ran; null where its model, GPU or framework is not one that a question can name. */
export function workloadOfRow(
  row: Measurement,
  catalogue: Catalogue,
  c: CoefficientValues = coefficientsOf(catalogue),
): Workload | null {
  const model = catalogue.modelById.get(row.model_id);
  const gpu = catalogue.gpuById.get(row.gpu);
  if (!model || !gpu || (row.framework !== "transformers" && row.framework !== "vllm")) return null;
  return {
    model,
    gpu,
    num_gpus: row.num_gpus,
    precision: row.precision,
    framework: row.framework,
    batch_size: row.batch_size,
    ...rowLengths(row, c),
    calibration: null,
  };
}

export const runOf = (row: Measurement): RunContext => ({
  older: isOlderVllm(row),
  pipeline_parallel: row.pipeline_parallel ?? 1,
});

/** What physics makes of a row's own run: its lengths, its software generation, its pipeline stages. */
export function predictRow(
  row: Measurement,
  catalogue: Catalogue,
  c: CoefficientValues = coefficientsOf(catalogue),
): Prediction | null {
  const workload = workloadOfRow(row, catalogue, c);
  return workload && predict(workload, catalogue, c, runOf(row));
}

const predictions = new WeakMap<Catalogue, Map<Measurement, Prediction | null>>();

/** The same by the catalogue's own coefficients, of each row once: rows are many questions' anchors. */
export function predictedRow(row: Measurement, catalogue: Catalogue): Prediction | null {
  let known = predictions.get(catalogue);
  if (!known) {
    known = new Map();
    predictions.set(catalogue, known);
  }
  const cached = known.get(row);
  if (cached !== undefined) return cached;
  const prediction = predictRow(row, catalogue);
  known.set(row, prediction);
  return prediction;
}

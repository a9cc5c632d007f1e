import {
  type Catalogue,
  type Configuration,
  type Estimated,
  estimateWorkload,
  type Measurement,
  resolveRequest,
} from "@ecocompute/engine";

export interface BatchPoint {
  readonly batch: number;
  readonly energy: Estimated["metrics"]["energy_j_per_1k_tokens"];
  readonly tier: Estimated["basis"]["tier"];
}

/** No engine was measured beyond it. */
const MAX_DOUBLINGS = 13;

/** The estimate at each power of two, up to what is supported for this GPU and framework. */
export function batchPoints(configuration: Configuration, catalogue: Catalogue): readonly BatchPoint[] {
  const points: BatchPoint[] = [];
  for (let doubling = 0; doubling <= MAX_DOUBLINGS; doubling += 1) {
    const batch = 2 ** doubling;
    const resolved = resolveRequest(
      {
        model_id: configuration.model_id,
        hardware_platform: configuration.hardware_platform,
        num_gpus: configuration.num_gpus,
        quantization: configuration.quantization,
        framework: configuration.framework,
        sequence_length: configuration.sequence_length,
        generation_length: configuration.generation_length,
        batch_size: batch,
      },
      catalogue,
    );
    if (!resolved.ok) break;
    const estimate = estimateWorkload(resolved.value.workload, catalogue);
    if (estimate.kind !== "estimated") break;
    points.push({ batch, energy: estimate.metrics.energy_j_per_1k_tokens, tier: estimate.basis.tier });
  }
  return points;
}

/** Every usable row of this architecture, GPU, precision and framework: what was really measured, at its own lengths. */
export function measuredRows(configuration: Configuration, catalogue: Catalogue): readonly Measurement[] {
  const architecture = catalogue.modelById.get(configuration.model_id)?.architecture?.id;
  const sixteenBit = (precision: string): string => (precision === "bf16" ? "fp16" : precision);
  return catalogue.usable.filter(
    (row) =>
      row.gpu === configuration.hardware_platform &&
      row.num_gpus === configuration.num_gpus &&
      row.framework === configuration.framework &&
      sixteenBit(row.precision) === sixteenBit(configuration.quantization) &&
      (row.model_id === configuration.model_id ||
        (architecture !== undefined && catalogue.modelById.get(row.model_id)?.architecture?.id === architecture)),
  );
}

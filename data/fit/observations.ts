import type { Catalogue } from "../../packages/engine/src/domain/catalogue.ts";
import { isMultimodal, type Measurement } from "../../packages/engine/src/domain/measurement.ts";
import type { Workload } from "../../packages/engine/src/domain/workload.ts";
import { isOlderVllm } from "../../packages/engine/src/evidence/match.ts";

/** A usable row as the workload it ran. */
export interface Observation {
  readonly row: Measurement;
  readonly workload: Workload;
  /** An older software generation of its framework. */
  readonly older: boolean;
}

/** Lengths of rows that do not publish theirs: the contract's defaults. */
const UNSTATED = { sequence_length: 512, generation_length: 256 } as const;

/** Text rows of one framework that physics may be fitted to and judged on: flagged rows and unknown shapes stay out. */
export function observations(framework: "transformers" | "vllm", catalogue: Catalogue): readonly Observation[] {
  return catalogue.usable.flatMap((row) => {
    const model = catalogue.modelById.get(row.model_id);
    const gpu = catalogue.gpuById.get(row.gpu);
    if (row.framework !== framework || !model || !gpu || gpu.variant_unstated || row.flag !== null) return [];
    if (model.params_b_total === null || isMultimodal(row)) return [];
    const workload: Workload = {
      model,
      gpu,
      num_gpus: row.num_gpus,
      precision: row.precision,
      framework,
      batch_size: row.batch_size,
      sequence_length: row.input_tokens ?? UNSTATED.sequence_length,
      generation_length: row.output_tokens ?? UNSTATED.generation_length,
      calibration: null,
    };
    return [{ row, workload, older: isOlderVllm(row) }];
  });
}

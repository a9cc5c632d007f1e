import type { Catalogue } from "../../packages/engine/src/domain/catalogue.ts";
import { isMultimodal, type Measurement } from "../../packages/engine/src/domain/measurement.ts";
import type { Model } from "../../packages/engine/src/domain/model.ts";
import { isOlderVllm } from "../../packages/engine/src/evidence/match.ts";

/** A row that physics may be fitted to and judged on. */
export interface Observation {
  readonly row: Measurement;
  readonly model: Model;
  /** An older software generation of its framework: an anchor, never a question. */
  readonly older: boolean;
}

/** Text rows of one framework on a stated board: flagged rows and models without parameters stay out. */
export function observations(framework: "transformers" | "vllm", catalogue: Catalogue): readonly Observation[] {
  return catalogue.usable.flatMap((row) => {
    const model = catalogue.modelById.get(row.model_id);
    const gpu = catalogue.gpuById.get(row.gpu);
    if (row.framework !== framework || !model || !gpu || gpu.variant_unstated || row.flag !== null) return [];
    return model.params_b_total === null || isMultimodal(row) ? [] : [{ row, model, older: isOlderVllm(row) }];
  });
}

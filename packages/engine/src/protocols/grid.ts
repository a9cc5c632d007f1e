import type { Catalogue } from "../domain/catalogue.ts";
import type { PrecisionId } from "../domain/precision.ts";
import type { Workload } from "../domain/workload.ts";
import { largestBatch } from "./batch-bound.ts";
import type { UseCase } from "./parameters.ts";

/** Batches that suit each use case, as the skill says; a latency budget wins over them. */
const BATCHES_FOR: Readonly<Record<UseCase, { readonly min: number; readonly max: number }>> = {
  production_api: { min: 8, max: Number.POSITIVE_INFINITY },
  interactive_chat: { min: 1, max: 8 },
  batch_processing: { min: 32, max: 64 },
};

/** The workload's own 16-bit precision, else fp16. */
export const sixteenBit = (w: Workload): PrecisionId =>
  w.gpu.supports_bf16 && (w.precision === "bf16" || w.framework === "vllm") ? "bf16" : "fp16";

/** Precisions that OPTIMIZE weighs, 16-bit first. Default INT8 never: INT8 with threshold 0 dominates it in every session. */
export function gridPrecisions(w: Workload): readonly PrecisionId[] {
  if (w.model.checkpoint_precision === "mxfp4") return ["mxfp4"];
  if (w.framework === "vllm") return w.gpu.supports_fp8 ? [sixteenBit(w), "fp8"] : [sixteenBit(w)];
  return [sixteenBit(w), "nf4", "int8_pure"];
}

/** Powers of two up to the bound of the framework and GPU, within what the use case allows. */
export function gridBatches(
  w: Workload,
  useCase: UseCase | null,
  latencyBudget: boolean,
  catalogue: Catalogue,
): readonly number[] {
  const { bound } = largestBatch(w.framework, w.gpu, catalogue);
  const all = Array.from({ length: Math.floor(Math.log2(bound)) + 1 }, (_, i) => 2 ** i);
  if (useCase === null || latencyBudget) return all;
  const { min, max } = BATCHES_FOR[useCase];
  const allowed = all.filter((batch) => batch >= min && batch <= max);
  return allowed.length > 0 ? allowed : all;
}

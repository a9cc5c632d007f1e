import { kvBytesPerSequence, mambaStateBytes } from "./architecture.ts";
import type { Situation } from "./step.ts";
import { activeParameters, parametersRead } from "./weights.ts";

const FLOPS_PER_PARAMETER = 2;
/** A recurrent state is read and written. */
const STATE_PASSES = 2;

/** Bytes and arithmetic of one decode step over all GPUs. */
export interface Work {
  readonly weight_bytes: number;
  /** KV caches of all sequences at their mean context, and recurrent states. */
  readonly cache_bytes: number;
  readonly decode_flops: number;
  /** Of the requests that start in this step. */
  readonly prefill_flops: number;
}

/** Weights once (of a mixture of experts those that the batch touches; once per pipeline stage's share of the batch), the cache of each sequence, 2 × active parameters per token. */
export function workOf({ workload: w, shape, bytes_per_weight, run }: Situation): Work {
  const meanContext = w.sequence_length + w.generation_length / 2;
  const flopsPerToken = FLOPS_PER_PARAMETER * activeParameters(w.model);
  return {
    weight_bytes: parametersRead(w.model, shape, w.batch_size) * bytes_per_weight * run.pipeline_parallel,
    cache_bytes: w.batch_size * (kvBytesPerSequence(shape, meanContext) + STATE_PASSES * mambaStateBytes(shape)),
    decode_flops: flopsPerToken * w.batch_size,
    prefill_flops: (flopsPerToken * w.batch_size * w.sequence_length) / w.generation_length,
  };
}

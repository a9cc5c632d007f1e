import { batchSizeOne } from "./batch-size-one.ts";
import { bf16Unsupported } from "./bf16-unsupported.ts";
import { conflictingQuantization } from "./conflicting-quantization.ts";
import { fp8Eager } from "./fp8-eager.ts";
import { fp32Inference } from "./fp32-inference.ts";
import { idleReplicas } from "./idle-replicas.ts";
import { int8Default } from "./int8-default.ts";
import { kvCacheOff } from "./kv-cache-off.ts";
import { modelGpuFit } from "./model-gpu-fit.ts";
import { nf4SmallModel } from "./nf4-small-model.ts";
import { noTorchCompile } from "./no-torch-compile.ts";
import { oversizedContext } from "./oversized-context.ts";
import { parallelismMismatch } from "./parallelism-mismatch.ts";
import { prefixCachingOff } from "./prefix-caching-off.ts";
import type { Rule } from "./rule.ts";

/** Every rule; file name = id. Docs, SARIF and /v1/rules derive from this list. */
export const RULES: readonly Rule[] = [
  int8Default,
  conflictingQuantization,
  modelGpuFit,
  parallelismMismatch,
  idleReplicas,
  batchSizeOne,
  nf4SmallModel,
  fp32Inference,
  bf16Unsupported,
  fp8Eager,
  kvCacheOff,
  prefixCachingOff,
  oversizedContext,
  noTorchCompile,
];

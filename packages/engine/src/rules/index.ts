import { batchSizeOne } from "./batch-size-one.ts";
import { conflictingQuantization } from "./conflicting-quantization.ts";
import { int8Default } from "./int8-default.ts";
import { kvCacheOff } from "./kv-cache-off.ts";
import { modelGpuFit } from "./model-gpu-fit.ts";
import { nf4SmallModel } from "./nf4-small-model.ts";
import { noTorchCompile } from "./no-torch-compile.ts";
import type { Rule } from "./rule.ts";

/** Every rule; file name = id. Docs, SARIF and /v1/rules derive from this list. */
export const RULES: readonly Rule[] = [
  int8Default,
  conflictingQuantization,
  modelGpuFit,
  nf4SmallModel,
  batchSizeOne,
  kvCacheOff,
  noTorchCompile,
];

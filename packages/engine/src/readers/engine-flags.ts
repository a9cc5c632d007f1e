import type { FactName } from "../domain/deployment.ts";
import type { PrecisionId } from "../domain/precision.ts";

/** Serving engines whose flags are read. */
export type Engine = "vllm" | "tgi" | "sglang";

export interface EngineFlag {
  readonly fact: FactName;
  /** `on` and `off` are switches that say true and false. */
  readonly takes: "value" | "on" | "off";
  /** States the fact only where no other flag of the fact is given. */
  readonly fallback?: true;
}

const value = (fact: FactName): EngineFlag => ({ fact, takes: "value" });
const on = (fact: FactName): EngineFlag => ({ fact, takes: "on" });
const off = (fact: FactName): EngineFlag => ({ fact, takes: "off" });

/** Flag in kebab case, without dashes → the fact that it states. The same words mean different things in different engines. */
export const ENGINE_FLAGS: Readonly<Record<Engine, ReadonlyMap<string, EngineFlag>>> = {
  vllm: new Map([
    ["model", value("model_id")],
    ["max-num-seqs", value("max_num_seqs")],
    ["max-model-len", value("max_model_len")],
    ["tensor-parallel-size", value("tensor_parallel")],
    ["tensor-parallel", value("tensor_parallel")],
    ["tp", value("tensor_parallel")],
    ["pipeline-parallel-size", value("pipeline_parallel")],
    ["pp", value("pipeline_parallel")],
    ["quantization", value("quantization")],
    ["q", value("quantization")],
    ["dtype", value("dtype")],
    ["enforce-eager", on("enforce_eager")],
    ["no-enforce-eager", off("enforce_eager")],
    ["enable-prefix-caching", on("prefix_caching")],
    ["no-enable-prefix-caching", off("prefix_caching")],
  ]),
  tgi: new Map([
    ["model-id", value("model_id")],
    // Bounds the queue, so the batch only from above.
    ["max-concurrent-requests", { ...value("max_num_seqs"), fallback: true }],
    ["max-batch-size", value("max_num_seqs")],
    ["max-total-tokens", value("max_model_len")],
    ["num-shard", value("tensor_parallel")],
    ["quantize", value("quantization")],
    ["dtype", value("dtype")],
  ]),
  sglang: new Map([
    ["model-path", value("model_id")],
    ["model", value("model_id")],
    ["max-running-requests", value("max_num_seqs")],
    ["context-length", value("max_model_len")],
    ["tp-size", value("tensor_parallel")],
    ["tensor-parallel-size", value("tensor_parallel")],
    ["tp", value("tensor_parallel")],
    ["quantization", value("quantization")],
    ["dtype", value("dtype")],
    ["disable-radix-cache", off("prefix_caching")],
  ]),
};

/**
 * What a vLLM server runs with where max_num_seqs is not stated. Its documented default varies by version: 256 in the
 * engine arguments of V0 and on smaller cards in V1; V1 takes more on large ones.
 */
export const VLLM_DEFAULT_MAX_NUM_SEQS = 256;

/** `--max_num_seqs`, `maxNumSeqs`, `-tp` → the key of ENGINE_FLAGS. */
export const flagKey = (flag: string): string =>
  flag
    .slice(0, 64)
    .replace(/^-{1,2}/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();

/** What a quantization word means in an engine; null precision = it is none of ours, with why. */
export interface QuantizationMeaning {
  readonly precision: PrecisionId | null;
  readonly why?: string;
}

const EIGHT_BIT_CHECKPOINT = /(?:8[-_]?bit|int8)/i;

const SHARED_MEANINGS: ReadonlyMap<string, QuantizationMeaning> = new Map<string, QuantizationMeaning>([
  ["awq", { precision: "awq" }],
  ["awq_marlin", { precision: "awq" }],
  ["gptq", { precision: "gptq" }],
  ["gptq_marlin", { precision: "gptq" }],
  ["marlin", { precision: "gptq" }],
  ["fp8", { precision: "fp8" }],
  ["fbgemm_fp8", { precision: "fp8" }],
  ["ptpc_fp8", { precision: "fp8" }],
  ["mxfp4", { precision: "mxfp4" }],
  ["compressed-tensors", { precision: null, why: "the checkpoint says which precision" }],
  ["modelopt", { precision: null, why: "the checkpoint says which precision" }],
  ["gguf", { precision: null, why: "the file says which precision" }],
]);

/** The engine's meaning of its quantization word, as criteria of real files taught: the word alone is not enough. */
export function quantizationMeaning(engine: Engine, word: string, modelId: string | undefined): QuantizationMeaning {
  const value = word.toLowerCase();
  if (engine === "tgi") {
    if (value === "bitsandbytes") return { precision: "int8_default" };
    if (value === "bitsandbytes-nf4" || value === "bitsandbytes-fp4") return { precision: "nf4" };
  } else if (value === "bitsandbytes") {
    // 4-bit in flight, unless the checkpoint is already 8-bit.
    return modelId !== undefined && EIGHT_BIT_CHECKPOINT.test(modelId)
      ? { precision: null, why: "the checkpoint is 8-bit bitsandbytes" }
      : { precision: "nf4" };
  }
  return (
    SHARED_MEANINGS.get(value) ?? { precision: null, why: `${engine} quantization that the evidence does not know` }
  );
}

/** Compute dtype → fp32 | bf16 | fp16 | auto; null when it is none of these. vLLM's `float` is float32. */
export function dtypeMeaning(word: string): "fp32" | "bf16" | "fp16" | "auto" | null {
  switch (word.toLowerCase().replace(/^(?:torch|jnp|np)\./, "")) {
    case "float":
    case "float32":
    case "fp32":
      return "fp32";
    case "half":
    case "float16":
    case "fp16":
      return "fp16";
    case "bfloat16":
    case "bf16":
      return "bf16";
    case "auto":
      return "auto";
    default:
      return null;
  }
}

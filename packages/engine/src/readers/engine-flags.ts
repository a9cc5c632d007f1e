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

const named = (flag: EngineFlag, ...names: readonly string[]): readonly (readonly [string, EngineFlag])[] =>
  names.map((name) => [name, flag] as const);

/** Flag in kebab case, without dashes → the fact that it states. The same words mean different things in different engines. */
export const ENGINE_FLAGS: Readonly<Record<Engine, ReadonlyMap<string, EngineFlag>>> = {
  vllm: new Map([
    ...named(value("model_id"), "model", "model-tag"),
    ...named(value("max_num_seqs"), "max-num-seqs"),
    ...named(value("max_model_len"), "max-model-len"),
    ...named(value("tensor_parallel"), "tensor-parallel-size", "tensor-parallel", "tp"),
    ...named(value("pipeline_parallel"), "pipeline-parallel-size", "pipeline-parallel", "pp"),
    ...named(value("data_parallel"), "data-parallel-size", "data-parallel", "dp"),
    ...named(value("nodes_per_replica"), "nnodes"),
    ...named(value("quantization"), "quantization", "q"),
    ...named(value("dtype"), "dtype"),
    ...named(value("kv_cache_dtype"), "kv-cache-dtype"),
    ...named(value("gpu_memory_utilization"), "gpu-memory-utilization"),
    ...named(value("device"), "device"),
    ...named(on("enforce_eager"), "enforce-eager"),
    ...named(off("enforce_eager"), "no-enforce-eager"),
    ...named(on("prefix_caching"), "enable-prefix-caching"),
    ...named(off("prefix_caching"), "no-enable-prefix-caching"),
  ]),
  tgi: new Map([
    ...named(value("model_id"), "model-id"),
    // Bounds the queue, so the batch only from above.
    ...named({ ...value("max_num_seqs"), fallback: true as const }, "max-concurrent-requests"),
    ...named(value("max_num_seqs"), "max-batch-size"),
    ...named(value("max_model_len"), "max-total-tokens"),
    ...named(value("tensor_parallel"), "num-shard"),
    ...named(value("quantization"), "quantize"),
    ...named(value("dtype"), "dtype"),
    ...named(value("kv_cache_dtype"), "kv-cache-dtype"),
    ...named(value("gpu_memory_utilization"), "cuda-memory-fraction"),
    // Set by the environment alone: PREFIX_CACHING, USE_PREFIX_CACHING.
    ...named(on("prefix_caching"), "prefix-caching", "use-prefix-caching"),
  ]),
  sglang: new Map([
    ...named(value("model_id"), "model-path", "model"),
    ...named(value("max_num_seqs"), "max-running-requests"),
    ...named(value("max_model_len"), "context-length", "context-len"),
    ...named(value("tensor_parallel"), "tp-size", "tensor-parallel-size", "tp"),
    ...named(value("pipeline_parallel"), "pp-size", "pipeline-parallel-size", "pp"),
    ...named(value("data_parallel"), "dp-size", "data-parallel-size", "dp"),
    ...named(value("nodes_per_replica"), "nnodes"),
    ...named(value("quantization"), "quantization"),
    ...named(value("dtype"), "dtype"),
    ...named(value("kv_cache_dtype"), "kv-cache-dtype"),
    // Weights and KV cache together, as vLLM's share is: what is left is for activations and graphs.
    ...named(value("gpu_memory_utilization"), "mem-fraction-static"),
    ...named(value("device"), "device"),
    ...named(off("prefix_caching"), "disable-radix-cache"),
    // Without CUDA graphs each step is launched kernel by kernel, as under vLLM's enforce-eager.
    ...named(on("enforce_eager"), "disable-cuda-graph"),
    ...named(on("torch_compile"), "enable-torch-compile"),
  ]),
};

/** Flags that take every word up to the next flag: what follows is no model. */
export const LIST_FLAGS: ReadonlySet<string> = new Set([
  "served-model-name",
  "lora-modules",
  "lora-paths",
  "prompt-adapters",
  "middleware",
  "cudagraph-capture-sizes",
  "cuda-graph-bs",
  "logits-processors",
]);

/** Switches whose names do not say so: a word after one is no value of it. */
export const SWITCHES: ReadonlySet<string> = new Set([
  "calculate-kv-scales",
  "data-parallel-external-lb",
  "data-parallel-hybrid-lb",
  "exclude-tools-when-tool-choice-none",
  "fully-sharded-loras",
  "headless",
  "language-model-only",
  "log-error-stack",
  "numa-bind",
  "ray-workers-use-nsight",
  "tokens-only",
  "ngrok",
  "json-output",
  "log-requests",
  "is-embedding",
]);

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
  ["modelopt_fp8", { precision: "fp8" }],
  ["w8a8_fp8", { precision: "fp8" }],
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

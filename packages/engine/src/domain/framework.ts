/** What a request may ask for. */
export const FRAMEWORKS = ["transformers", "vllm"] as const;
export type Framework = (typeof FRAMEWORKS)[number];
/** What the evidence holds; only those of FRAMEWORKS answer a request. */
export const MEASURED_FRAMEWORKS = ["transformers", "vllm", "fastchat/transformers", "llama.cpp"] as const;
export type MeasuredFramework = (typeof MEASURED_FRAMEWORKS)[number];

/** Serving engines as they call themselves. */
export const ENGINE_NAMES = {
  transformers: "transformers",
  vllm: "vLLM",
  tgi: "TGI",
  sglang: "SGLang",
  nim: "NVIDIA NIM",
  "tensorrt-llm": "TensorRT-LLM",
} as const;
export type EngineId = keyof typeof ENGINE_NAMES;

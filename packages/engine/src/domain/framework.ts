/** What a request may ask for. */
export const FRAMEWORKS = ["transformers", "vllm"] as const;
export type Framework = (typeof FRAMEWORKS)[number];
/** What the evidence holds; only those of FRAMEWORKS answer a request. */
export const MEASURED_FRAMEWORKS = ["transformers", "vllm", "fastchat/transformers", "llama.cpp"] as const;
export type MeasuredFramework = (typeof MEASURED_FRAMEWORKS)[number];

export const MISTRAL = "mistralai/Mistral-7B-Instruct-v0.2";
export const LLAMA = "meta-llama/Llama-3.1-8B-Instruct";
/** A measured row of the A800: README's question. */
export const ISSUE = {
  model_id: MISTRAL,
  hardware_platform: "a800",
  quantization: "int8_pure",
  batch_size: 8,
  sequence_length: 256,
  requests_per_month: 1_000_000,
} as const;

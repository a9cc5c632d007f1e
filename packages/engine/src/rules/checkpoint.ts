import type { Catalogue } from "../domain/catalogue.ts";

/** How a published checkpoint is stored, where it is not 16-bit; "other": fewer bits in a way that no evidence knows. */
export type CheckpointFormat = "awq" | "gptq" | "fp8" | "mxfp4" | "bitsandbytes" | "gguf" | "nvfp4" | "other";

/** Words of a model's name, by convention of those who publish quantized checkpoints; an image's tag may follow. */
const BY_NAME: readonly (readonly [CheckpointFormat, RegExp])[] = [
  ["bitsandbytes", /[-_.]bnb[-_.]|bnb-4bit|bnb-8bit/i],
  ["nvfp4", /[-_]nvfp4(?:[-_.:]|$)/i],
  ["mxfp4", /[-_]mxfp4(?:[-_.:]|$)|(?:^|\/)gpt-oss-/i],
  ["awq", /[-_.]awq(?:[-_.:]|$)/i],
  // GPTQ of 4 bits is what the evidence measured.
  ["other", /[-_.]gptq[-_.]?(?:int8|8bit)(?:[-_.:]|$)/i],
  ["gptq", /[-_.]gptq(?:[-_.:]|$)/i],
  ["fp8", /[-_]fp8(?:[-_.:]|$)/i],
  ["gguf", /[-_.]gguf(?:[-_.:]|$)/i],
  ["other", /[-_.](?:w4a16|w4a8|w8a8|w8a16|int[48]|[2-8]bits?|autoround|exl[23]|fp4|hqq|aqlm|quip)(?:[-_.:]|$)/i],
];

/** Where the words of a format begin in a model's name: what stands before them names the model. */
export const QUANTIZED_NAME =
  /[-_.](?:bnb|nvfp4|mxfp4|awq|gptq|fp8|gguf|w\d{1,2}a\d{1,2}|int[48]|[2-8]bits?|autoround|exl[23]|fp4|quantized|unsloth-bnb)(?:[-_.]|$)/i;

/** The catalogue's word on the checkpoint, else its name's. null: nothing says that it is quantized. */
export function checkpointFormat(modelId: string, catalogue: Catalogue): CheckpointFormat | null {
  const named = BY_NAME.find(([, pattern]) => pattern.test(modelId.slice(0, 200)))?.[0];
  if (named) return named;
  const stored = catalogue.modelById.get(modelId)?.checkpoint_precision;
  if (stored === "awq" || stored === "gptq" || stored === "fp8" || stored === "mxfp4") return stored;
  return stored?.startsWith("gguf") ? "gguf" : null;
}

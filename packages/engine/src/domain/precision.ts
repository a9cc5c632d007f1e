import * as z from "zod";

/** The closed list. Never plain "int8": bitsandbytes' default and pure INT8 differ by a factor of two. */
export const PRECISIONS = [
  "fp32",
  "tf32",
  "bf16",
  "fp16",
  "fp8",
  "int8_default",
  "int8_pure",
  "nf4",
  "nf4_dq",
  "mxfp4",
  "awq",
  "gptq",
  "gguf_f16",
  "gguf_q8_0",
  "gguf_q6_k",
  "gguf_q5_k_m",
  "gguf_q4_k_m",
  "gguf_q3_k_m",
  "gguf_q2_k",
] as const;
export type PrecisionId = (typeof PRECISIONS)[number];

/** fp16 and bf16 move the same bytes at the same rate: one answers for the other, noted. */
export const isSixteenBit = (precision: string): boolean => precision === "fp16" || precision === "bf16";

/** data/precisions/<id>.yaml */
export const PrecisionSchema = z.strictObject({
  id: z.enum(PRECISIONS),
  name: z.string(),
  /** Bytes that one weight takes, its share of scales included. */
  bytes_per_weight: z.number().positive(),
  /** The arithmetic precision of the matrix products. */
  compute: z.enum(["fp32", "tf32", "bf16", "fp16", "fp8", "int8"]),
  /** Precisions that move the same bytes and do the same arithmetic rate: one answers for the other, noted. */
  equivalent: z.array(z.enum(PRECISIONS)),
  quantized: z.boolean(),
  /** How to ask for it: one line of code or flags. */
  how_to_set: z.string(),
  source: z.string(),
  notes: z.string().optional(),
});
export type Precision = z.infer<typeof PrecisionSchema>;

import * as z from "zod";
import { PRECISIONS } from "./precision.ts";

/** Shape of a decoder. A field that is not known is null: never guessed. */
export const ArchitectureSchema = z.strictObject({
  /** Same id = same shape: versions of one architecture share their evidence. `<family>-<layers>x<hidden>-kv<kv heads>[-e<experts>]` */
  id: z.string(),
  layers: z.int().positive(),
  hidden_size: z.int().positive(),
  heads: z.int().positive().nullable(),
  kv_heads: z.int().positive().nullable(),
  head_dim: z.int().positive().nullable(),
  experts: z.int().positive().nullable(),
  experts_per_token: z.int().positive().nullable(),
  /** Layers that keep a KV cache, where not all do (hybrid Mamba). */
  attention_layers: z.int().nonnegative().nullable(),
  sliding_window: z.int().positive().nullable(),
  sliding_layers: z.int().positive().nullable(),
  /** Over all layers, at bf16, without regard to the sliding window. */
  kv_bytes_per_token_bf16: z.number().positive().nullable(),
  /** How the published FP8 checkpoint scales its weights: "block" of 128 x 128, else by channel or tensor; absent where there is none or it is not known. */
  fp8_scaling: z.enum(["block", "channel"]).optional(),
});
export type Architecture = z.infer<typeof ArchitectureSchema>;

/** data/models/<org>/<name>.yaml */
export const ModelSchema = z.strictObject({
  id: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
  /** Lineage, for evidence folds and aliases: llama, mistral, qwen2, qwen3, gemma2, ... */
  family: z.string(),
  params_b_total: z.number().positive().nullable(),
  params_b_active: z.number().positive().nullable(),
  /** null: known by its parameters only. */
  architecture: ArchitectureSchema.nullable(),
  context_window: z.int().positive().nullable(),
  /** The precision that the published checkpoint is stored in, where it is not 16-bit. */
  checkpoint_precision: z.enum(PRECISIONS).optional(),
  source: z.string(),
  notes: z.string().optional(),
});
export type Model = z.infer<typeof ModelSchema>;

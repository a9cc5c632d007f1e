import * as z from "zod";

export const GPU_CLASSES = ["datacenter", "workstation", "consumer"] as const;

/** data/gpus/<id>.yaml: one board variant. */
export const GpuSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  /** Device names, Kubernetes product labels and everyday names that mean this board. */
  aliases: z.array(z.string()),
  cloud_instances: z.array(z.string()),
  /** GPUs of a machine type, by its full name without Azure's `Standard_`; from the clouds' own pages on GPU machine types. */
  instance_gpus: z.record(z.string(), z.int().min(1).max(16)).optional(),
  vendor: z.enum(["nvidia", "amd", "intel", "google"]),
  class: z.enum(GPU_CLASSES),
  architecture: z.string(),
  compute_capability: z.string().nullable(),
  /** Of a card of two memory sizes: the smaller. Per GPU; null where the variant is not stated. */
  vram_gb: z.number().positive().nullable(),
  vram_gb_variants: z.array(z.number().positive()),
  mem_type: z.string().nullable(),
  mem_bandwidth_gb_s: z.number().positive().nullable(),
  fp16_dense_tflops: z.number().positive().nullable(),
  fp16_dense_tflops_fp32_accumulate: z.number().positive().nullable(),
  int8_dense_tops: z.number().positive().nullable(),
  fp8_dense_tflops: z.number().positive().nullable(),
  tdp_w: z.number().positive().nullable(),
  idle_w: z.number().positive().nullable(),
  idle_w_basis: z.string().optional(),
  /** True for an entry whose rows do not say which board they ran on: it never answers for another. */
  variant_unstated: z.boolean().optional(),
  supports_bf16: z.boolean(),
  supports_fp8: z.boolean(),
  source: z.string(),
  confidence: z.enum(["high", "medium", "low"]),
  notes: z.string().optional(),
});
export type Gpu = z.infer<typeof GpuSchema>;

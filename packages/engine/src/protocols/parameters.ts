import * as z from "zod";
import { FRAMEWORKS } from "../domain/framework.ts";
import { DEFAULT_LENGTHS, USUAL_LENGTHS } from "../domain/workload.ts";
import { VLLM_DEFAULT_MAX_NUM_SEQS } from "../readers/engine-flags.ts";

/** Values of `quantization`. `awq` and `gptq` are names without evidence: the answer is "unknown". */
export const QUANTIZATIONS = [
  "fp16",
  "bf16",
  "fp32",
  "nf4",
  "int8_default",
  "int8_pure",
  "fp8",
  "mxfp4",
  "awq",
  "gptq",
] as const;
export const COMPUTE_PRECISIONS = ["fp32", "bf16", "fp16", "tf32"] as const;
export const USE_CASES = ["production_api", "interactive_chat", "batch_processing"] as const;
export type UseCase = (typeof USE_CASES)[number];
export const DEPLOYMENTS = ["cloud", "local"] as const;

/** The contract's defaults: what a request that does not say gets, listed in `assumed`. */
export const DEFAULTS = {
  hardware_platform: "rtx4090d",
  quantization: "fp16",
  batch_size: 1,
  ...DEFAULT_LENGTHS,
  framework: "transformers",
  num_gpus: 1,
  requests_per_month: 1_000_000,
  region: "us",
  vllm_max_num_seqs: VLLM_DEFAULT_MAX_NUM_SEQS,
} as const;

export const PUE_BY_DEPLOYMENT = { cloud: 1.1, local: 1.0 } as const;

/** Bounds of the skill; longer lengths are accepted up to the model's context window, with a warning. */
export const LENGTH_BOUNDS = {
  sequence: { min: 128, usual_max: USUAL_LENGTHS.sequence_length },
  generation: { min: 1, usual_max: USUAL_LENGTHS.generation_length },
} as const;
export const MAX_EAGER_BATCH = 64;
export const MAX_GPUS = 64;

const name = (what: string) => z.string().min(1).max(200).describe(what);

export const commonParameters = {
  model_id: name("Hugging Face id or common name of the model"),
  hardware_platform: name("GPU id or an alias; all are listed by `ecocompute list gpus` and GET /v1/gpus").optional(),
  quantization: z.enum(QUANTIZATIONS).describe("Weight precision").optional(),
  batch_size: z
    .int()
    .min(1)
    .describe(
      "Concurrent sequences: 1 to 64 under transformers; under vllm up to the largest batch measured on the GPU",
    )
    .optional(),
  sequence_length: z
    .int()
    .min(LENGTH_BOUNDS.sequence.min)
    .describe(
      "Input tokens per request: 128 to 4096 as measured; longer up to the context window, with a wider interval",
    )
    .optional(),
  generation_length: z
    .int()
    .min(LENGTH_BOUNDS.generation.min)
    .describe(
      "Output tokens per request: 1 to 2048 as measured; longer up to the context window, with a wider interval",
    )
    .optional(),
  precision: z.enum(COMPUTE_PRECISIONS).describe("Compute precision; inferred from quantization").optional(),
  framework: z.enum(FRAMEWORKS).describe("Serving framework").optional(),
  num_gpus: z.int().min(1).max(MAX_GPUS).describe("GPUs of one replica: 1, 2, 4, 8, ...").optional(),
  use_case: z.enum(USE_CASES).describe("What the deployment is for").optional(),
  requests_per_day: z.number().nonnegative().max(1e12).describe("Either this or requests_per_month").optional(),
  requests_per_month: z.number().nonnegative().max(3e13).describe("Traffic of the deployment").optional(),
  region: name(
    "us, china, eu, an ISO country code or a cloud region; all are listed by `ecocompute list regions` and GET /v1/regions",
  ).optional(),
  electricity_usd_per_kwh: z
    .number()
    .nonnegative()
    .max(10)
    .describe("Price of electricity, instead of the region's")
    .optional(),
  grid_gco2_per_kwh: z
    .number()
    .nonnegative()
    .max(2000)
    .describe("Carbon intensity of the electricity, instead of the region's")
    .optional(),
  deployment: z.enum(DEPLOYMENTS).describe("cloud: PUE 1.1, local: PUE 1.0").optional(),
  pue: z.number().min(1).max(3).describe("Power usage effectiveness of the building, 1 to 3").optional(),
  replicas: z.int().min(0).max(100_000).describe("Always-on replicas; idle time is then counted").optional(),
  gpu_hour_usd: z.number().nonnegative().max(1000).describe("Rental price of one GPU hour").optional(),
  calibration_throughput_tok_s: z
    .number()
    .min(0.01)
    .max(1e6)
    .describe("Measured on this host: this model, FP16, batch 1")
    .optional(),
  calibration_power_w: z.number().min(1).max(1e6).describe("Measured with calibration_throughput_tok_s").optional(),
} as const;

/** What every protocol but AUDIT takes. */
export const WorkloadRequestSchema = z.strictObject(commonParameters);
export type WorkloadRequest = z.infer<typeof WorkloadRequestSchema>;

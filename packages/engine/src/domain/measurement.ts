import * as z from "zod";
import { MEASURED_FRAMEWORKS } from "./framework.ts";
import { PRECISIONS } from "./precision.ts";

export const ENERGY_SCOPES = ["gpu_board", "gpu+cpu+ram"] as const;
export const FLAGS = [
  "host_bound_suspected",
  "data_parallel_attention",
  "throughput_dip",
  "encoder_decoder",
  /** The spread over the runs is above the protocol's bound: CV of 2 % for throughput, of 5 % for power. */
  "unstable_runs",
  /** Part of the power readings failed; the energy is of the readings that there are, or of the card's counter. */
  "power_readings_lost",
  /** Another process used the card: its energy is in the figure. */
  "shared_gpu",
] as const;
export const ENERGY_METERS = ["nvml_counter", "nvml_power"] as const;

const positive = z.number().positive().nullable();
const count = z.int().positive().nullable();
const text = z.string().nullable();
const optionalPositive = z.number().positive().optional();

/**
 * What measure/ records beyond the columns that every source has. Absent, not null, where a row does not have it; in a
 * CSV these columns may be left out.
 */
const measuredByKit = {
  /** Was the forward pass compiled? Absent: eager, as every published transformers row. */
  torch_compile: z.boolean().optional(),
  /** false: every token recomputed its whole prefix. Absent: the KV cache was on. */
  use_cache: z.boolean().optional(),
  /** The architecture ran with random weights: same work, no checkpoint. */
  random_weights: z.boolean().optional(),
  /** Board power before the model was loaded, summed over num_gpus. */
  idle_w: optionalPositive,
  /** Board power with the weights loaded and no request, summed over num_gpus. */
  idle_loaded_w: optionalPositive,
  /** What energy_j_per_token was read from; the other reading, where there is one, has its own column. */
  energy_meter: z.enum(ENERGY_METERS).optional(),
  energy_j_per_token_counter: optionalPositive,
  energy_j_per_token_sampled: optionalPositive,
  power_sample_hz: optionalPositive,
  throughput_cv_percent: z.number().nonnegative().optional(),
  power_cv_percent: z.number().nonnegative().optional(),
  /** Highest use during the runs, summed over num_gpus. */
  peak_memory_gb: optionalPositive,
  gpu_utilization_percent: z.number().min(0).max(100).optional(),
  sm_clock_mhz: optionalPositive,
  memory_clock_mhz: optionalPositive,
  temperature_c: z.number().optional(),
  /** As the driver enforces it, per GPU. */
  power_limit_w: optionalPositive,
} as const;

/**
 * One observed run-set; a row of data/measurements/<source>.csv. Immutable: a correction is a new row that supersedes.
 * `energy_j_per_token` is gross GPU-board energy per output token (prefill folded in), summed over `num_gpus`.
 */
export const MeasurementSchema = z.strictObject({
  id: z.string(),
  source: z.string(),
  gpu: z.string(),
  num_gpus: z.int().positive(),
  model_id: z.string(),
  framework: z.enum(MEASURED_FRAMEWORKS),
  framework_version: text,
  precision: z.enum(PRECISIONS),
  /** Mean number of concurrent sequences, where the source gives it. */
  batch_size: z.number().positive(),
  max_num_seqs: count,
  tensor_parallel: count,
  pipeline_parallel: count,
  expert_parallel: count,
  data_parallel: count,
  workload: text,
  /** Mean per request; null where the source does not publish it. */
  input_tokens: positive,
  output_tokens: positive,
  throughput_tok_s: positive,
  /** Board power, idle included, summed over num_gpus. */
  power_w: positive,
  /** How power and energy relate: measured apart (checkable), one derived from the other, or power absent. */
  power_basis: z.enum(["independent", "derived", "absent"]),
  energy_j_per_token: z.number().positive(),
  energy_j_per_token_published: z.number().positive(),
  /** Of the published number; "unknown" where the source does not say. */
  published_convention: z.enum(["gross", "net", "unknown"]),
  /** Idle power that was added back to a net row; null for gross rows. */
  idle_added_w: positive,
  energy_j_per_request: positive,
  n_runs: z.string(),
  throughput_std: z.number().nonnegative().nullable(),
  power_std: z.number().nonnegative().nullable(),
  energy_j_per_token_std: z.number().nonnegative().nullable(),
  median_itl_ms: positive,
  torch_version: text,
  cuda_version: text,
  bitsandbytes_version: text,
  transformers_version: text,
  driver_version: text,
  perplexity: positive,
  delta_perplexity_percent: z.number().nullable(),
  date: z.string(),
  tier: z.int().min(1).max(3),
  energy_scope: z.enum(ENERGY_SCOPES),
  flag: z.enum(FLAGS).nullable(),
  /** For a quantized row: the FP16/BF16 row of the same session and setting, or "none". Null for 16-bit rows. */
  fp16_partner: text,
  /** The row that this one corrects, with the reason in `notes`. */
  supersedes: text,
  /** File within the source. */
  origin: text,
  notes: text,
  ...measuredByKit,
});
export type Measurement = z.infer<typeof MeasurementSchema>;

/** Workloads whose requests carry images or video: their prefill is another, so text rows answer before them. */
const MULTIMODAL: ReadonlySet<string> = new Set(["image-chat", "video-chat", "v2-mllm-chat"]);
export const isMultimodal = (row: Pick<Measurement, "workload">): boolean =>
  row.workload !== null && MULTIMODAL.has(row.workload);

/** The text rows, or, for a model that was measured with images alone, all of them. */
export function textFirst<R extends Pick<Measurement, "workload">>(rows: readonly R[]): readonly R[] {
  const text = rows.filter((row) => !isMultimodal(row));
  return text.length > 0 ? text : rows;
}

/** A row of data/disputed/<source>.csv: a published number that is contradicted or impossible. Never used in an answer. */
export const DisputedSchema = z.strictObject({
  id: z.string(),
  source: z.string(),
  gpu: z.string(),
  model_id: z.string(),
  framework: z.string().nullable(),
  precision: z.enum(PRECISIONS),
  batch_size: positive,
  throughput_tok_s: positive,
  power_w: positive,
  energy_j_per_token: positive,
  date: text,
  origin: text,
  reason: z.string().min(10),
});
export type Disputed = z.infer<typeof DisputedSchema>;

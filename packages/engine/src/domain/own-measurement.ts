import * as z from "zod";
import { defined } from "./defined.ts";
import { type Measurement, MeasurementSchema } from "./measurement.ts";

const DAY_OR_SPAN = /^\d{4}(-\d{2}(-\d{2})?)?(\.\.\d{4}(-\d{2}(-\d{2})?)?)?$/;
const name = z.string().min(1).max(200);
/** Long enough for what the kit writes, short enough that a hundred rows stay small. */
const TEXT_MAX = 500;

/**
 * A row that a user measured and brings to a question: a row of the kit's run.csv as JSON, or the few fields that they
 * know. Only what makes a row evidence is required; a card and a model may be called as people call them.
 */
export const OwnMeasurementSchema = z.strictObject({
  ...MeasurementSchema.partial().shape,
  id: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[A-Za-z0-9._-]+$/, "expected letters, digits, '.', '_' and '-'")
    .optional(),
  source: name.optional(),
  gpu: name,
  model_id: name,
  precision: MeasurementSchema.shape.precision,
  batch_size: MeasurementSchema.shape.batch_size,
  energy_j_per_token: MeasurementSchema.shape.energy_j_per_token,
  date: z.string().max(30).regex(DAY_OR_SPAN, "expected a year, a month, a day (2026-11-27) or a span of two, a..b"),
  n_runs: z.string().min(1).max(100).optional(),
  workload: z.string().max(TEXT_MAX).nullable().optional(),
  notes: z.string().max(TEXT_MAX).nullable().optional(),
  origin: z.string().max(TEXT_MAX).nullable().optional(),
});
export type OwnMeasurement = z.infer<typeof OwnMeasurementSchema>;

/** Every fact that a row need not state, as not known. */
export const NOTHING_STATED = {
  framework_version: null,
  max_num_seqs: null,
  tensor_parallel: null,
  pipeline_parallel: null,
  expert_parallel: null,
  data_parallel: null,
  workload: null,
  input_tokens: null,
  output_tokens: null,
  throughput_tok_s: null,
  idle_added_w: null,
  energy_j_per_request: null,
  throughput_std: null,
  power_std: null,
  energy_j_per_token_std: null,
  median_itl_ms: null,
  torch_version: null,
  cuda_version: null,
  bitsandbytes_version: null,
  transformers_version: null,
  driver_version: null,
  perplexity: null,
  delta_perplexity_percent: null,
  flag: null,
  fp16_partner: null,
  supersedes: null,
  origin: null,
  notes: null,
} as const satisfies Partial<Measurement>;

/** Without the user's word for it a row is one run, good for ratios and, with care, as an absolute. */
const UNSTATED = { n_runs: "not stated", tier: 2 } as const;

/** The whole row, unstated facts as not known. */
export function toMeasurement(
  row: OwnMeasurement,
  known: Pick<Measurement, "id" | "source" | "gpu" | "model_id">,
): Measurement {
  const power = row.power_w ?? null;
  return MeasurementSchema.parse({
    ...NOTHING_STATED,
    num_gpus: 1,
    framework: "transformers",
    energy_scope: "gpu_board",
    published_convention: "gross",
    energy_j_per_token_published: row.energy_j_per_token,
    power_basis: power === null ? "absent" : "independent",
    ...UNSTATED,
    ...defined(row),
    power_w: power,
    ...known,
  });
}

import * as z from "zod";
import { FRAMEWORKS } from "./framework.ts";

/** What the two configurations of a judged pair differ in; batch and lengths (of the output) are judged per doubling. */
export const JUDGED_PAIRS = ["ratio_batch", "ratio_lengths", "ratio_num_gpus", "ratio_gpu"] as const;

/** Rungs that are judged on held-out rows; `unseen_gpu` is `modelled` on a card without rows, `ratio` energy against the 16-bit partner in the same session. */
export const JUDGED = [
  "measured",
  "interpolated",
  "transferred",
  "modelled",
  "unseen_gpu",
  "ratio",
  ...JUDGED_PAIRS,
] as const;

/** One line of data/accuracy/held-out.yaml: the error of one rung in one regime, on rows that it had not seen. */
export const HeldOutSchema = z.strictObject({
  rung: z.enum(JUDGED),
  framework: z.enum(FRAMEWORKS),
  /** A PrecisionId with bf16 counted as fp16, or "all". */
  precision: z.string(),
  n: z.int().nonnegative(),
  median_error_percent: z.number().nonnegative(),
  p90_error_percent: z.number().nonnegative(),
  /** Median signed error: above 0 the model says too much. */
  bias_percent: z.number(),
  within_2x_percent: z.number().min(0).max(100),
  /** Half-width of the 90 % interval as a factor ≥ 1: value / factor .. value × factor. */
  interval_factor: z.number().min(1),
  /** Throughput's own factor. */
  throughput_interval_factor: z.number().min(1),
  how: z.string(),
});
export type HeldOut = z.infer<typeof HeldOutSchema>;

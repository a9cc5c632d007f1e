import * as z from "zod";
import { FRAMEWORKS } from "./framework.ts";

/** What the two configurations of a judged pair differ in; batch and lengths (of the output) are judged per doubling. */
export const JUDGED_PAIRS = ["ratio_batch", "ratio_lengths", "ratio_num_gpus", "ratio_gpu"] as const;

/**
 * Rungs that are judged on held-out rows. `unseen_gpu` is `modelled` on a card without rows; `ratio` energy against the
 * 16-bit partner in the same session. Eager only: `known_host` physics with the session's host but without the family
 * (`known_host_ratio`: against the 16-bit partner),
 * `unknown_host` physics without the session, `calibrated` the same after one 16-bit run on that host.
 */
export const JUDGED = [
  "measured",
  "interpolated",
  "transferred",
  "modelled",
  "unseen_gpu",
  "ratio",
  "known_host",
  "known_host_ratio",
  "unknown_host",
  "calibrated",
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
  /** Share of the rows inside the interval, its factor taken from the other model families alone. */
  coverage_percent: z.number().min(0).max(100),
  /** Half-width of the 90 % interval as a factor ≥ 1: value / factor .. value × factor. */
  interval_factor: z.number().min(1),
  /** Throughput's own factor. */
  throughput_interval_factor: z.number().min(1),
  how: z.string(),
});
export type HeldOut = z.infer<typeof HeldOutSchema>;

/** One line of data/accuracy/slices.yaml: a rung's error by card, precision and batch. */
export const SliceSchema = HeldOutSchema.pick({
  rung: true,
  framework: true,
  n: true,
  median_error_percent: true,
  p90_error_percent: true,
  bias_percent: true,
  within_2x_percent: true,
  coverage_percent: true,
}).extend({
  /** "all", a GPU, a precision or a band of batch sizes. */
  slice: z.string(),
  /** Median of high / low. */
  interval_width: z.number().min(1),
});
export type Slice = z.infer<typeof SliceSchema>;

import type { Framework } from "./framework.ts";
import type { Gpu } from "./gpu.ts";
import type { Model } from "./model.ts";
import type { PrecisionId } from "./precision.ts";

/** What the user measured for this model on this host at FP16, batch 1. */
export interface Calibration {
  readonly throughput_tok_s: number;
  readonly power_w: number | null;
}

/** What runs: everything an estimate depends on. */
export interface Workload {
  readonly model: Model;
  readonly gpu: Gpu;
  readonly num_gpus: number;
  readonly precision: PrecisionId;
  readonly framework: Framework;
  readonly batch_size: number;
  /** Input tokens per request. */
  readonly sequence_length: number;
  /** Output tokens per request. */
  readonly generation_length: number;
  readonly calibration: Calibration | null;
}

/** Where and how much: what turns energy per request into a month. */
export interface Demand {
  readonly requests_per_month: number;
  readonly pue: number;
  readonly electricity_usd_per_kwh: number | null;
  readonly grid_gco2_per_kwh: number | null;
  readonly region: string;
  readonly gpu_hour_usd: number | null;
  /** null: energy of the requests alone; a number: an always-on fleet under that traffic. */
  readonly replicas: number | null;
  /** Hours of a month that a fleet is up; absent: all of it. */
  readonly hours_per_month?: number;
  /** GPUs of each replica that nothing runs on, beside `num_gpus` of the workload; absent: none. */
  readonly unused_gpus?: number;
}

type Lengths = Pick<Workload, "sequence_length" | "generation_length">;
/** The contract's lengths where nobody says any. */
export const DEFAULT_LENGTHS = { sequence_length: 512, generation_length: 256 } as const satisfies Lengths;
/** The skill's usual range; hardly a row is longer. */
export const USUAL_LENGTHS = { sequence_length: 4096, generation_length: 2048 } as const satisfies Lengths;

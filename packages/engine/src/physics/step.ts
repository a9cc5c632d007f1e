import type { Workload } from "../domain/workload.ts";
import type { Shape } from "./architecture.ts";

/** What physics needs of a GPU; the caller has checked that none is missing. */
export interface Board {
  readonly bandwidth_bytes_s: number;
  readonly flops: number;
  readonly tdp_w: number;
  readonly idle_w: number;
}

/** How a row ran beyond its workload; a question runs on today's software without pipeline stages. */
export interface RunContext {
  /** vLLM 0.5 of 2024: another host loop. */
  readonly older: boolean;
  readonly pipeline_parallel: number;
}
export const TODAY: RunContext = { older: false, pipeline_parallel: 1 };

/** One decode step of the whole batch, prefill's share folded in. */
export interface Step {
  readonly seconds: number;
  /** Share of the memory bandwidth that the step keeps busy, 0-1. */
  readonly memory_utilization: number;
  /** Share of the dense arithmetic peak that the step keeps busy, 0-1. */
  readonly compute_utilization: number;
  /** Power of one GPU above idle, as a share of TDP − idle, 0-1. */
  readonly activity: number;
}

/** Everything that a step time depends on. */
export interface Situation {
  readonly workload: Workload;
  readonly shape: Shape;
  readonly bytes_per_weight: number;
  readonly board: Board;
  readonly run: RunContext;
}

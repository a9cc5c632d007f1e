import type { Tier } from "../domain/estimate.ts";
import type { Quantity } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";

/** What a rung of the ladder finds, before it becomes metrics. */
export interface RawEstimate {
  readonly tier: Tier;
  readonly energy_j_per_token: Quantity;
  /** null where the rows behind the value publish energy only. */
  readonly throughput_tok_s: Quantity | null;
  /** Summed over the GPUs. */
  readonly power_w: Quantity | null;
  /** The row that gave the value first. */
  readonly rows: readonly Measurement[];
  readonly held_out_error_percent: number | null;
  readonly notes: readonly string[];
}

import type { Warning } from "./problem.ts";
import type { Demand, Workload } from "./workload.ts";

/** The resolved configuration, as every answer shows it: the contract's own names. */
export interface Configuration {
  readonly model_id: string;
  readonly hardware_platform: string;
  readonly num_gpus: number;
  readonly quantization: string;
  readonly precision: string;
  readonly framework: string;
  readonly batch_size: number;
  readonly sequence_length: number;
  readonly generation_length: number;
  readonly requests_per_month: number;
  readonly region: string;
  readonly pue: number;
  readonly electricity_usd_per_kwh: number | null;
  readonly grid_gco2_per_kwh: number | null;
  readonly replicas: number | null;
  readonly use_case: string | null;
  /** Names of the parameters that the request did not give. */
  readonly assumed: readonly string[];
  /** What the catalogue says of the model and of one GPU, for the reader of a report; null = not known. */
  readonly model_params_b?: number | null;
  /** Those that one token passes through, where that is not all of them. */
  readonly model_params_b_active?: number | null;
  readonly gpu_name?: string;
  readonly gpu_architecture?: string;
  readonly gpu_vram_gb?: number | null;
}

/** A request after validation and look-up: what every protocol starts from. */
export interface Resolved {
  readonly workload: Workload;
  readonly demand: Demand;
  readonly configuration: Configuration;
  readonly warnings: readonly Warning[];
}

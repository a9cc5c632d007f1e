import type { Quantity } from "./interval.ts";

export const TIERS = ["measured", "interpolated", "transferred", "modelled"] as const;
export type Tier = (typeof TIERS)[number];
export const CONFIDENCES = ["high", "medium", "low"] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export const METRIC_NAMES = [
  "throughput_tok_s",
  "latency_ms_per_request",
  "energy_j_per_1k_tokens",
  "energy_j_per_request",
  "tokens_per_j",
  "power_w",
  "gpu_utilization_percent",
  "vram_gb",
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

type EnergyMetric = "energy_j_per_1k_tokens" | "energy_j_per_request" | "tokens_per_j";

/** Field names are the API's own. A null has its reason in `Basis.missing`; energy is never null. */
export type Metrics = { readonly [K in EnergyMetric]: Quantity } & {
  readonly [K in Exclude<MetricName, EnergyMetric>]: Quantity | null;
};

/** How a number was reached, and what stands behind it. */
export interface Basis {
  readonly tier: Tier;
  readonly confidence: Confidence;
  /** Ids of the measurements behind the number; the first is the row that gave the value. */
  readonly evidence: readonly string[];
  /** Those of `evidence` that the user brought: nobody else can look them up. */
  readonly own_evidence?: readonly string[];
  readonly convention: "gross";
  /** Median absolute percentage error of this tier on held-out rows; null where nothing was held out. */
  readonly held_out_error_percent: number | null;
  readonly notes: readonly string[];
  /** metric → why it is null. */
  readonly missing: { readonly [K in MetricName]?: string };
}

export interface Estimated {
  readonly kind: "estimated";
  readonly metrics: Metrics;
  readonly basis: Basis;
}

/** "Not known, here is how to measure it". */
export interface Unknown {
  readonly kind: "unknown";
  readonly missing: string;
  readonly nearest_evidence: readonly string[];
  readonly how_to_measure: string;
}

export interface DoesNotFit {
  readonly kind: "does-not-fit";
  readonly required_gb: Quantity;
  readonly available_gb: number;
}

/** No other shape exists. */
export type Estimate = Estimated | Unknown | DoesNotFit;

export interface Monthly {
  readonly requests: number;
  readonly energy_kwh: Quantity;
  readonly cost_usd: Quantity | null;
  readonly carbon_kgco2e: Quantity | null;
  readonly gpu_hours: Quantity | null;
  readonly rental_usd?: Quantity;
}

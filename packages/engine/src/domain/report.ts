import type { AuditReport } from "./audit-report.ts";
import type { Envelope } from "./envelope.ts";
import type { Basis, Metrics, Monthly } from "./estimate.ts";
import type { Quantity } from "./interval.ts";
import type { Configuration } from "./request.ts";

/** One configuration with what it uses. */
export interface Candidate {
  readonly configuration: Configuration;
  readonly metrics: Metrics;
  readonly monthly: Monthly;
  readonly basis: Basis;
}

/** The first of two configurations against the second, decided by the ratio of their energies, in which shared errors cancel. */
export interface Versus {
  /** 100 (first / second − 1); of the month, idle time included, where `replicas` is given. */
  readonly energy_percent: Quantity;
  /** That the first uses less than the second, 0.001 to 0.999: each side of the interval taken as log-normal. */
  readonly probability_less_energy: number;
  /** false: the ratio's 90 % interval holds 1, the two cannot be told apart. */
  readonly separable: boolean;
}

/** Versions and method behind an answer, "not recorded" where the row does not say. */
export interface Transparency {
  readonly hardware: string;
  readonly driver: string;
  readonly software: string;
  readonly method: string;
  readonly baseline: string;
  readonly limitations: readonly string[];
}

export interface EstimateReport extends Envelope<"estimate"> {
  readonly current: Candidate;
  readonly optimized: Candidate;
  readonly savings: {
    readonly energy_kwh: Quantity;
    readonly cost_usd: Quantity | null;
    readonly carbon_kgco2e: Quantity | null;
    readonly percent: Quantity;
  };
  readonly breakdown: readonly { readonly change: string; readonly effect_percent: number; readonly why: string }[];
}

export interface Binding {
  readonly budget: "max_latency_ms" | "max_vram_gb" | "min_throughput_tok_s";
  readonly limit: number;
  /** null: the rows behind the candidate do not publish it. */
  readonly value: number | null;
}

/** Another configuration, and the recommended one against it. */
export type Alternative = Candidate & Versus;

/** One of many: what the search varies and what it comes to. The rest of its configuration is the request's. */
export interface FrontPoint extends Versus {
  readonly configuration: Pick<
    Configuration,
    "hardware_platform" | "gpu_name" | "num_gpus" | "quantization" | "batch_size" | "replicas"
  >;
  readonly metrics: Metrics;
  readonly monthly: Pick<Monthly, "energy_kwh">;
  readonly basis: Pick<Basis, "tier" | "confidence" | "evidence">;
}

/** One traffic on as many always-on replicas as it needs. */
export interface LoadPoint {
  readonly requests_per_month: number;
  readonly replicas: number;
  /** Traffic over what these can serve. */
  readonly utilization: number;
  /** Per replica. */
  readonly mean_concurrency: number;
  readonly busy_fraction: number;
  /** Idle time included, without PUE. */
  readonly energy_j_per_request: Quantity;
  /** While it is served, without waiting; null where no row gives a throughput. */
  readonly latency_ms_per_request: Quantity | null;
}

/** An always-on fleet under the traffic of the request. */
export interface FleetChoice extends Candidate {
  readonly replicas: number;
  readonly max_num_seqs: number;
  /** Traffic over what the fleet can serve. */
  readonly utilization: number;
  /** Per replica. */
  readonly mean_concurrency: number;
  readonly busy_fraction: number;
}

/** What the traffic deserves. */
export interface FleetAdvice {
  /** The least energy at a utilisation of at most 0.8, on the recommended GPU and count. */
  readonly recommended: FleetChoice;
  /** From this bound on a larger one changes the fleet's energy by less than 0.5 %. */
  readonly max_num_seqs_sufficient: number;
  /** The replicas and the configuration of the request, with what is recommended against it; null where it names no replicas or cannot be estimated. */
  readonly given: (FleetChoice & Versus) | null;
  /** Energy per request of the recommended configuration against traffic, from 1 % of what one replica can serve to three times that. */
  readonly curve: readonly LoadPoint[];
  /** The point of the curve with the least energy per request: how full a replica should be. */
  readonly least_energy: LoadPoint;
}

export interface OptimizeReport extends Envelope<"optimize"> {
  /** null only when no candidate meets the budgets; then `closest_infeasible` is given. */
  readonly recommended: Candidate | null;
  /** The best of each GPU, count and precision beside the recommended, which stands against each. */
  readonly alternatives: readonly Alternative[];
  /** Of the configurations within the budgets those than which none uses less energy at no more latency, by their own figures; least energy first. */
  readonly pareto_front: readonly FrontPoint[];
  readonly binding_constraint: Binding | null;
  readonly closest_infeasible: { readonly candidate: Candidate; readonly violates: readonly Binding[] } | null;
  readonly searched: {
    readonly configurations: number;
    readonly without_estimate: number;
    readonly within_budgets: number;
  };
  /** Where `replicas` or a traffic was given, and something is recommended. */
  readonly fleet: FleetAdvice | null;
  readonly why: readonly string[];
  readonly insights: readonly string[];
  readonly pitfalls: readonly string[];
  readonly transparency: Transparency;
}

export interface CompareColumn {
  readonly quantization: string;
  readonly metrics: Metrics | null;
  readonly monthly: Monthly | null;
  /** Against fp16, from the ratio (shared error cancels); null for fp16 itself and where nothing is known. */
  readonly delta_energy_percent: Quantity | null;
  /** 1 = least energy; null where not estimated. */
  readonly rank: number | null;
  /** false: no metrics; `absence` says whether memory or evidence is missing, `why_not` how. */
  readonly fits: boolean;
  readonly absence: "does not fit" | "not measured" | null;
  readonly basis: Basis | null;
  /** Why metrics are null. */
  readonly why_not?: string;
}

export interface CompareReport extends Envelope<"compare"> {
  readonly columns: readonly CompareColumn[];
  readonly recommendation: {
    /** null when the best two are not separable. */
    readonly quantization: string | null;
    readonly reasons: readonly string[];
    /** The first in rank against each of the others. */
    readonly against: readonly (Versus & {
      readonly quantization: string;
      readonly throughput_percent: Quantity | null;
      readonly cost_usd_month: Quantity | null;
    })[];
  };
  readonly paradox_warnings: readonly {
    readonly quantization: string;
    readonly message: string;
    readonly evidence: readonly string[];
  }[];
  readonly advice: {
    readonly memory: string;
    readonly latency: string;
    readonly cost: string;
    readonly accuracy: string;
  };
  readonly chart: string;
}

export interface Observation {
  readonly throughput_tok_s: number | null;
  readonly power_w: number | null;
  readonly energy_j_per_1k_tokens: number | null;
}

export interface DiagnoseReport extends Envelope<"diagnose"> {
  readonly pattern: "int8_default_overhead" | "nf4_small_model" | "batch_size_one" | null;
  readonly confidence: "high" | "medium" | "low";
  readonly match_percent: number;
  readonly observed: Observation;
  readonly expected: Candidate;
  readonly deviation_percent: {
    readonly throughput: number | null;
    readonly energy: number | null;
    readonly power: number | null;
  };
  /** Share of what is to be expected that lies below the observation, 0.1 to 99.9; null where it or its expectation is not known. */
  readonly expected_percentile: {
    readonly throughput: number | null;
    readonly energy: number | null;
    readonly power: number | null;
  };
  readonly root_cause: string;
  readonly secondary_factors: readonly string[];
  readonly measurement_evidence: readonly { readonly id: string; readonly summary: string }[];
  readonly fixes: readonly { readonly title: string; readonly code: string; readonly expected: string }[];
  readonly improvement: {
    readonly throughput: { readonly current: number; readonly expected: number; readonly percent: number } | null;
    readonly energy: { readonly current: number; readonly expected: number; readonly percent: number } | null;
    readonly monthly: {
      readonly cost_usd: number | null;
      readonly energy_kwh: number;
      readonly carbon_kgco2e: number | null;
    } | null;
    /** Same-session pairs behind the first fix. */
    readonly based_on: number;
    readonly confidence: "high" | "medium" | "low";
    /** Whose energy `energy.current` is: the user's, or, where none was reported, the evidence's. */
    readonly energy_from: "observation" | "evidence";
  } | null;
  readonly verification: readonly string[];
  /** Given when pattern is null. */
  readonly how_to_measure: string | null;
}

export type Report = OptimizeReport | DiagnoseReport | CompareReport | EstimateReport | AuditReport;
export const PROTOCOL_IDS = ["optimize", "diagnose", "compare", "estimate", "audit"] as const;
export type ProtocolId = (typeof PROTOCOL_IDS)[number];

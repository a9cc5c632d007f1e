import type { Basis, Metrics, Monthly } from "./estimate.ts";
import type { Finding, GoodPractice } from "./finding.ts";
import type { Warning } from "./problem.ts";
import type { Configuration } from "./request.ts";
import type { Suppression } from "./suppression.ts";

/** One figure that an estimate rests on. */
export interface EstimateInput {
  readonly name: string;
  /** null: not known and not needed, such as a rental price that nobody gave. */
  readonly value: number | string | null;
  readonly unit: string | null;
  /** `file:line` · `user config` or `request` · `default` · `derived` from the others · `<source of the data set> (<year>)` · `not given`. */
  readonly source: string;
  /** Nobody said so: a default stands in. */
  readonly assumed: boolean;
}

/** A deployment with its estimate, or why there is none. */
export interface AuditedDeployment {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly path: string;
  readonly line: number;
  readonly purpose: "inference" | "training";
  /** As the file states it; null where it does not. */
  readonly model_id: string | null;
  readonly configuration: Configuration | null;
  readonly metrics: Metrics | null;
  readonly monthly: Monthly | null;
  readonly basis: Basis | null;
  /** Why it was not estimated, and what to state or measure. */
  readonly not_estimated: { readonly why: string; readonly how_to_measure: string } | null;
  /** What the estimate was made from; empty where there is none. */
  readonly inputs: readonly EstimateInput[];
  /** What was assumed because the files do not say. */
  readonly assumed: readonly { readonly name: string; readonly value: string }[];
  readonly unresolved: readonly { readonly line: number; readonly text: string; readonly why: string }[];
}

/** A finding that somebody silenced: counted and listed, never lost. */
export interface SuppressedFinding {
  readonly finding: Finding;
  readonly suppression: Suppression;
}

/** How far the files tell what a deployment is. Training is not counted. */
export interface DeploymentCoverage {
  readonly estimated: number;
  /** Its model is known, and something that the estimate needs is not. */
  readonly partly_known: number;
  /** Not even its model is known. */
  readonly unresolved: number;
}

/** What was looked at, and what was not: an empty report over nothing read must not pass for a clean one. */
export interface Coverage {
  /** Read or skipped, listed one by one or not. */
  readonly files_seen: number;
  readonly files_read: number;
  /** Those that may matter, one by one. */
  readonly files_skipped: readonly SkippedFile[];
  /** Every file that was not read, counted by reason, the most frequent first. */
  readonly skipped_by_reason: readonly SkippedCount[];
  /** What was not even listed, in sentences. */
  readonly partial: readonly string[];
  readonly deployments: DeploymentCoverage;
}
export interface SkippedFile {
  readonly path: string;
  readonly why: string;
}
export interface SkippedCount {
  readonly why: string;
  readonly files: number;
}

export interface AuditReport {
  readonly protocol: "audit";
  readonly dataset_version: string;
  readonly configuration: { readonly files: readonly string[]; readonly assumed: readonly string[] };
  readonly warnings: readonly Warning[];
  readonly findings: readonly Finding[];
  /** Silenced with a reason; not among the findings. */
  readonly suppressed: readonly SuppressedFinding[];
  readonly good_practices: readonly GoodPractice[];
  readonly recommended_changes: readonly {
    readonly priority: number;
    readonly title: string;
    readonly code: string;
    readonly expected: string;
    readonly finding: number;
  }[];
  readonly deployments: readonly AuditedDeployment[];
  readonly coverage: Coverage;
}

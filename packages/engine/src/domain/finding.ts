import type { Position } from "./deployment.ts";
import type { Quantity } from "./interval.ts";

export const SEVERITIES = ["critical", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A replacement of whole lines `line..end_line` of `path`. Only given where it was verified to parse and silence the rule. */
export interface Edit {
  readonly path: string;
  readonly line: number;
  readonly end_line: number;
  readonly replacement: string;
}

export interface Fix {
  readonly description: string;
  /** "" where no line of code does it. */
  readonly code: string;
  readonly edit?: Edit;
}

/** What the audit says about one place: data, never prose only, never thrown. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly path: string;
  readonly line: number;
  readonly end_line: number;
  readonly column: number;
  /** The deployment it is about. */
  readonly deployment: string;
  /** Waste as a share of this deployment's energy that the fix would save; null where no evidence gives a number. */
  readonly impact_percent: { readonly low: number; readonly high: number } | null;
  /** Per month, where the deployment could be estimated. */
  readonly impact_kwh_month: Quantity | null;
  readonly evidence: readonly string[];
  /** Where no evidence gives a number, but the kit can: the command that measures it. */
  readonly how_to_measure?: string;
  readonly why: string;
  readonly fix: Fix;
}

export interface GoodPractice {
  readonly message: string;
  readonly at: Position;
  readonly evidence: readonly string[];
}

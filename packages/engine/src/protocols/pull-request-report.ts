import type { AuditedDeployment, Coverage, SuppressedFinding } from "../domain/audit-report.ts";
import type { Finding } from "../domain/finding.ts";
import type { FleetChange } from "../domain/fleet.ts";
import type { Quantity } from "../domain/interval.ts";
import type { Warning } from "../domain/problem.ts";

export const DEPLOYMENT_STATUSES = ["added", "removed", "changed", "unchanged"] as const;

/** One deployment at the merge base and at the head. `before` or `after` is null where that side has none. */
export interface DeploymentChange {
  /** Of the head side where there is one. */
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly line: number;
  /** The path at the base, where the file was renamed. */
  readonly renamed_from: string | null;
  readonly status: (typeof DEPLOYMENT_STATUSES)[number];
  readonly before: AuditedDeployment | null;
  readonly after: AuditedDeployment | null;
  /** Its own limits, where the configuration sets any. */
  readonly limits: DeploymentLimits | null;
  /** null: a side that exists could not be estimated; its `not_estimated` says why. */
  readonly change: FleetChange | null;
}

export interface DeploymentLimits {
  readonly max_monthly_kwh: number | null;
  readonly max_monthly_usd: number | null;
}

/** Sum of one side. A null is "not known": no price or intensity for a deployment that counts. */
export interface Totals {
  readonly energy_kwh: Quantity;
  readonly cost_usd: Quantity | null;
  readonly carbon_kgco2e: Quantity | null;
  /** Of the deployments whose rental price is known; null where none is. */
  readonly rental_usd: Quantity | null;
  /** Something on this side could not be estimated, so the sum is a lower bound. */
  readonly at_least: boolean;
}

export interface TotalChange {
  readonly energy_kwh: Quantity;
  readonly cost_usd: Quantity | null;
  readonly carbon_kgco2e: Quantity | null;
  /** Of the sum before, of what could be compared; null when that is 0. */
  readonly percent: number | null;
  /** Every deployment that could not be estimated is new, so the change is a lower bound. */
  readonly at_least: boolean;
}

export interface PullRequestReport {
  readonly protocol: "pull-request";
  readonly dataset_version: string;
  readonly warnings: readonly Warning[];
  /** Largest change first, then what could not be estimated, then the unchanged. */
  readonly deployments: readonly DeploymentChange[];
  readonly findings: {
    readonly introduced: readonly Finding[];
    readonly fixed: readonly Finding[];
    readonly existing: readonly Finding[];
  };
  /** At the head: silenced with a reason, so neither brought in nor removed. */
  readonly suppressed: readonly SuppressedFinding[];
  readonly totals: { readonly before: Totals; readonly after: Totals; readonly change: TotalChange };
  /** Deployments that count and could not be estimated on a side. */
  readonly not_estimated: number;
  /** Of the changed files; its deployments are those of the head. */
  readonly coverage: Coverage;
}

/** Does the report say anything that the pull request brings about? If not, a host stays quiet. */
export const changesAnything = (report: PullRequestReport): boolean =>
  report.deployments.some((deployment) => deployment.status !== "unchanged") ||
  report.findings.introduced.length > 0 ||
  report.findings.fixed.length > 0;

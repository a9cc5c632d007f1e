import type { AuditedDeployment } from "../domain/audit-report.ts";
import type { Finding } from "../domain/finding.ts";
import type { FleetChange } from "../domain/fleet.ts";
import { type Quantity, within } from "../domain/interval.ts";
import { coverageOf } from "./audit-coverage.ts";
import type { DeploymentChange, PullRequestReport } from "./pull-request-report.ts";
import { totalsOf } from "./pull-request-totals.ts";

const USD_PER_KWH = 0.12;
const KG_PER_KWH = 0.39;
const SPREAD = 1.2;

const signedWithin = (value: number): Quantity => ({
  value,
  low: value - Math.abs(value) / 4,
  high: value + Math.abs(value) / 4,
});

export const exampleFinding = (more: Partial<Finding> = {}): Finding => ({
  rule: "int8-default",
  severity: "critical",
  message: "Default INT8 decomposes every matrix product.",
  path: "app/chat.py",
  line: 11,
  end_line: 11,
  column: 5,
  deployment: "app/chat.py#module/1",
  impact_percent: { low: 17, high: 147 },
  impact_kwh_month: null,
  evidence: ["row-1", "row-2"],
  why: "Outliers are computed apart in FP16.",
  fix: { description: "Set the threshold to 0.", code: "llm_int8_threshold=0.0" },
  ...more,
});

/** A deployment that uses `kwh` a month; null: it could not be estimated. */
export function exampleDeployment(id: string, kwh: number | null): AuditedDeployment {
  const [path = "", name = ""] = id.split("#");
  const monthly =
    kwh === null
      ? null
      : {
          requests: 1_000_000,
          energy_kwh: within(kwh, SPREAD),
          cost_usd: within(kwh * USD_PER_KWH, SPREAD),
          carbon_kgco2e: within(kwh * KG_PER_KWH, SPREAD),
          gpu_hours: null,
        };
  return {
    id,
    name,
    path,
    format: "kubernetes",
    line: 3,
    purpose: "inference",
    model_id: null,
    configuration: null,
    metrics: null,
    monthly,
    basis: null,
    inputs: [],
    not_estimated: kwh === null ? { why: "The GPU is not stated.", how_to_measure: "Name it." } : null,
    assumed: [{ name: "requests_per_month", value: "1000000" }],
    unresolved: [],
  };
}

interface Sides {
  /** undefined: the side has no such deployment; null: it could not be estimated. */
  readonly before?: number | null;
  readonly after?: number | null;
  readonly causes?: FleetChange["causes"];
}

export function exampleChange(id: string, { before, after, causes = [] }: Sides): DeploymentChange {
  const side = (kwh: number | null | undefined) => (kwh === undefined ? null : exampleDeployment(id, kwh));
  const shown = exampleDeployment(id, after ?? before ?? null);
  const known = before !== null && after !== null;
  const difference = (after ?? 0) - (before ?? 0);
  return {
    id,
    name: shown.name,
    path: shown.path,
    line: shown.line,
    renamed_from: null,
    limits: null,
    status:
      before === undefined ? "added" : after === undefined ? "removed" : before === after ? "unchanged" : "changed",
    before: side(before),
    after: side(after),
    change: known
      ? {
          energy_kwh: signedWithin(difference),
          cost_usd: signedWithin(difference * USD_PER_KWH),
          carbon_kgco2e: signedWithin(difference * KG_PER_KWH),
          percent: before ? signedWithin((difference / before) * 100) : null,
          causes,
        }
      : null,
  };
}

export function exampleReport(
  deployments: readonly DeploymentChange[],
  findings: Partial<PullRequestReport["findings"]> = {},
): PullRequestReport {
  return {
    protocol: "pull-request",
    dataset_version: "2026.01.01+test",
    warnings: [],
    deployments,
    findings: { introduced: [], fixed: [], existing: [], ...findings },
    suppressed: [],
    totals: totalsOf(deployments),
    not_estimated: deployments.filter((each) => each.change === null).length,
    coverage: coverageOf({
      files_read: deployments.length,
      files_skipped: [],
      deployments: deployments.flatMap(({ after }) => after ?? []),
    }),
  };
}

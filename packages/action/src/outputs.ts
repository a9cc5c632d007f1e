import type { PullRequestReport, RepositoryReport } from "@ecocompute/engine";
import type { CommentResult } from "./comment.ts";

/** Names and meanings as in action.yml, which a test checks. */
export const OUTPUT_NAMES = [
  "verdict",
  "findings",
  "critical-count",
  "warning-count",
  "energy-kwh-month",
  "energy-kwh-month-delta",
  "cost-usd-month",
  "cost-usd-month-delta",
  "carbon-kgco2e-month",
  "carbon-kgco2e-month-delta",
  "comment-posted",
  "comment-url",
  "comment-skip-reason",
  "issue-url",
  "report-json",
  "report-markdown",
  "report-csv",
  "sarif",
] as const;
export type Outputs = { readonly [K in (typeof OUTPUT_NAMES)[number]]?: string };

const DECIMALS = 3;
/** Empty where a number is not known: an unknown is never 0. */
const decimal = (quantity: { readonly value: number } | null): string =>
  quantity === null ? "" : String(Number(quantity.value.toFixed(DECIMALS)));

/** The numbers of the report: the totals of the head, the change, and the findings that the pull request brings in. */
export function reportOutputs(report: PullRequestReport): Outputs {
  const { introduced } = report.findings;
  const count = (severity: string) => String(introduced.filter((finding) => finding.severity === severity).length);
  // Where nothing at all could be estimated, the sums are of nothing.
  const known = report.deployments.length === 0 || report.not_estimated < report.deployments.length;
  const { after, change } = report.totals;
  return {
    findings: String(introduced.length),
    "critical-count": count("critical"),
    "warning-count": count("warning"),
    "energy-kwh-month": known ? decimal(after.energy_kwh) : "",
    "energy-kwh-month-delta": known ? decimal(change.energy_kwh) : "",
    "cost-usd-month": known ? decimal(after.cost_usd) : "",
    "cost-usd-month-delta": known ? decimal(change.cost_usd) : "",
    "carbon-kgco2e-month": known ? decimal(after.carbon_kgco2e) : "",
    "carbon-kgco2e-month-delta": known ? decimal(change.carbon_kgco2e) : "",
  };
}

/** The numbers of a report on a whole repository; the change is against the report before. */
export function repositoryOutputs({ totals, deployments, audit, history }: RepositoryReport): Outputs {
  const count = (severity: string) => String(audit.findings.filter((finding) => finding.severity === severity).length);
  const known = deployments.length === 0 || deployments.some(({ monthly }) => monthly !== null);
  const before = history.at(-2);
  const delta = (now: { readonly value: number } | null, was: number | null | undefined) =>
    known && now && was != null ? decimal({ value: now.value - was }) : "";
  return {
    findings: String(audit.findings.length),
    "critical-count": count("critical"),
    "warning-count": count("warning"),
    "energy-kwh-month": known ? decimal(totals.energy_kwh) : "",
    "energy-kwh-month-delta": delta(totals.energy_kwh, before?.energy_kwh),
    "cost-usd-month": known ? decimal(totals.cost_usd) : "",
    "cost-usd-month-delta": delta(totals.cost_usd, before?.cost_usd),
    "carbon-kgco2e-month": known ? decimal(totals.carbon_kgco2e) : "",
    "carbon-kgco2e-month-delta": delta(totals.carbon_kgco2e, before?.carbon_kgco2e),
  };
}

export const commentOutputs = (comment: CommentResult): Outputs =>
  comment.kind === "skipped"
    ? { "comment-posted": "false", "comment-url": "", "comment-skip-reason": comment.reason }
    : { "comment-posted": "true", "comment-url": comment.url, "comment-skip-reason": "" };

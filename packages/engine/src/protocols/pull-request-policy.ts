import type { AuditedDeployment } from "../domain/audit-report.ts";
import type { Finding, Severity } from "../domain/finding.ts";
import type { DeploymentChange, PullRequestReport } from "./pull-request-report.ts";

/** What may not happen. A null is no limit. */
export interface Policy {
  readonly fail_on: "critical" | "warning" | "never";
  readonly max_increase_percent: number | null;
  readonly max_monthly_kwh: number | null;
  /** Of electricity, and of rental where its price is known. */
  readonly max_monthly_usd: number | null;
}

export const POLICIES = ["fail-on", "max-increase-percent", "max-monthly-kwh", "max-monthly-usd"] as const;

/** One limit that is kept or not. */
export interface Violation {
  readonly policy: (typeof POLICIES)[number];
  /** Name of the deployment whose own limit it is; null: the limit is for all together. */
  readonly deployment: string | null;
  readonly limit: string;
  readonly received: string;
}

export interface Judgement {
  /** What the pull request brings about and may not. */
  readonly violations: readonly Violation[];
  /** Limits that were passed before and are kept now. */
  readonly met_again: readonly Violation[];
}

const FAILING: Readonly<Record<Policy["fail_on"], readonly Severity[]>> = {
  critical: ["critical"],
  warning: ["critical", "warning"],
  never: [],
};

const rounded = (value: number): string => String(Number(value.toPrecision(4)));

/** Judges by the best estimates, and only by what the pull request brings in: a limit that was passed before and is not raised further does not fail it. */
export function judge(
  report: Pick<PullRequestReport, "deployments" | "findings" | "totals">,
  policy: Policy,
): Judgement {
  const limits = [...fleetLimits(report, policy), ...report.deployments.flatMap(ownLimits)];
  return {
    violations: [
      ...findingViolations(report.findings.introduced, policy.fail_on, "no new"),
      ...increaseViolations(report, policy),
      ...limits.filter(({ is, was, max }) => is > max && is > was).map((limit) => toViolation(limit)),
    ],
    met_again: limits.filter(({ is, was, max }) => was > max && is <= max).map((limit) => toViolation(limit)),
  };
}

export function findingViolations(findings: readonly Finding[], failOn: Policy["fail_on"], none: string): Violation[] {
  const found = findings.filter((finding) => FAILING[failOn].includes(finding.severity));
  if (found.length === 0) return [];
  const most = failOn === "critical" ? "critical findings" : "findings of severity warning or critical";
  return [{ policy: "fail-on", deployment: null, limit: `${none} ${most}`, received: `${found.length}` }];
}

function increaseViolations(
  { totals }: Pick<PullRequestReport, "totals">,
  { max_increase_percent: max }: Policy,
): Violation[] {
  const { percent } = totals.change;
  if (max === null || percent === null || percent <= max) return [];
  return [
    {
      policy: "max-increase-percent",
      deployment: null,
      limit: `${max} %`,
      received: `${rounded(percent)} %`,
    },
  ];
}

interface Limit {
  readonly policy: "max-monthly-kwh" | "max-monthly-usd";
  readonly deployment: string | null;
  readonly max: number;
  readonly unit: "kWh" | "USD";
  readonly is: number;
  readonly was: number;
}

export function toViolation({ policy, deployment, max, unit, is }: Limit): Violation {
  return { policy, deployment, limit: `${max} ${unit} a month`, received: `${rounded(is)} ${unit} a month` };
}

/** Dollars that are known; what is not known is not 0, but no limit can be passed by it either. */
export const usdOf = (
  side: { readonly cost_usd: Known; readonly rental_usd?: Known | undefined } | null | undefined,
): number => (side?.cost_usd?.value ?? 0) + (side?.rental_usd?.value ?? 0);
type Known = { readonly value: number } | null;

function fleetLimits({ totals: { before, after } }: Pick<PullRequestReport, "totals">, policy: Policy): Limit[] {
  return limitsOf(null, policy, {
    kwh: { is: after.energy_kwh.value, was: before.energy_kwh.value },
    usd: { is: usdOf(after), was: usdOf(before) },
  });
}

function ownLimits({ name, before, after, limits }: DeploymentChange): Limit[] {
  if (!limits) return [];
  const kwh = (side: AuditedDeployment | null) => side?.monthly?.energy_kwh.value ?? 0;
  return limitsOf(name, limits, {
    kwh: { is: kwh(after), was: kwh(before) },
    usd: { is: usdOf(after?.monthly), was: usdOf(before?.monthly) },
  });
}

interface Amount {
  readonly is: number;
  readonly was: number;
}

export function limitsOf(
  deployment: string | null,
  { max_monthly_kwh, max_monthly_usd }: Pick<Policy, "max_monthly_kwh" | "max_monthly_usd">,
  { kwh, usd }: { readonly kwh: Amount; readonly usd: Amount },
): Limit[] {
  return [
    ...(max_monthly_kwh === null
      ? []
      : [{ policy: "max-monthly-kwh" as const, deployment, max: max_monthly_kwh, unit: "kWh" as const, ...kwh }]),
    ...(max_monthly_usd === null
      ? []
      : [{ policy: "max-monthly-usd" as const, deployment, max: max_monthly_usd, unit: "USD" as const, ...usd }]),
  ];
}

import type { Severity } from "../domain/finding.ts";
import type { PullRequestReport } from "./pull-request-report.ts";

/** What may not happen. A null is no limit. */
export interface Policy {
  readonly fail_on: "critical" | "warning" | "never";
  readonly max_increase_percent: number | null;
  readonly max_monthly_kwh: number | null;
  /** Of electricity. */
  readonly max_monthly_usd: number | null;
}

export interface Violation {
  readonly policy: "fail-on" | "max-increase-percent" | "max-monthly-kwh" | "max-monthly-usd";
  readonly limit: string;
  readonly received: string;
}

const FAILING: Readonly<Record<Policy["fail_on"], readonly Severity[]>> = {
  critical: ["critical"],
  warning: ["critical", "warning"],
  never: [],
};

const rounded = (value: number): string => String(Number(value.toPrecision(4)));

/** Judges by the best estimates, and only by what the pull request brings in: a limit that was passed before and is not raised further does not fail it. */
export function judge(report: PullRequestReport, policy: Policy): readonly Violation[] {
  const violations: Violation[] = [];
  const failing = FAILING[policy.fail_on];
  const found = report.findings.introduced.filter((finding) => failing.includes(finding.severity));
  if (found.length > 0) {
    const most = policy.fail_on === "critical" ? "critical findings" : "findings of severity warning or critical";
    violations.push({ policy: "fail-on", limit: `no new ${most}`, received: `${found.length}` });
  }
  const { before, after, change } = report.totals;
  const percent = change.percent;
  if (policy.max_increase_percent !== null && percent !== null && percent > policy.max_increase_percent) {
    violations.push({
      policy: "max-increase-percent",
      limit: `${policy.max_increase_percent} %`,
      received: `${rounded(percent)} %`,
    });
  }
  const limits = [
    {
      policy: "max-monthly-kwh",
      max: policy.max_monthly_kwh,
      unit: "kWh",
      is: after.energy_kwh,
      was: before.energy_kwh,
    },
    { policy: "max-monthly-usd", max: policy.max_monthly_usd, unit: "USD", is: after.cost_usd, was: before.cost_usd },
  ] as const;
  for (const { policy: name, max, unit, is, was } of limits) {
    if (max === null || is === null || is.value <= max || is.value <= (was?.value ?? 0)) continue;
    violations.push({
      policy: name,
      limit: `${max} ${unit} a month`,
      received: `${rounded(is.value)} ${unit} a month`,
    });
  }
  return violations;
}

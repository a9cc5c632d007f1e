import type { AuditReport } from "../domain/audit-report.ts";
import { findingViolations, limitsOf, type Policy, toViolation, usdOf, type Violation } from "./pull-request-policy.ts";
import { monthlyTotals } from "./pull-request-totals.ts";

/** What a whole repository may not have; there is no change to limit. */
export type RepositoryPolicy = Omit<Policy, "max_increase_percent">;

/** Judges everything that a repository holds, by the best estimates. */
export function judgeRepository(report: AuditReport, policy: RepositoryPolicy): readonly Violation[] {
  const totals = monthlyTotals(report.deployments);
  const limits = limitsOf(null, policy, {
    kwh: { is: totals.energy_kwh.value, was: 0 },
    usd: { is: usdOf(totals), was: 0 },
  });
  return [
    ...findingViolations(report.findings, policy.fail_on, "no"),
    ...limits.filter(({ is, max }) => is > max).map(toViolation),
  ];
}

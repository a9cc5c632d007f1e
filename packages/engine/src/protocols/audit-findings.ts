import type { AuditReport } from "../domain/audit-report.ts";
import type { Fact } from "../domain/deployment.ts";
import type { Finding } from "../domain/finding.ts";
import { SEVERITIES } from "../domain/finding.ts";
import { formatNumber, formatPercent } from "../domain/format.ts";
import { type Quantity, quantity } from "../domain/interval.ts";
import { RULES } from "../rules/index.ts";
import type { Rule, RuleFinding, RuleSubject } from "../rules/rule.ts";
import { severityOf } from "../rules/severity.ts";
import { isOccasional, oneLower } from "./audit-context.ts";
import { type EditChecks, isVerified, type JudgeAgain } from "./audit-edit.ts";

/** Every rule on one deployment. */
export function findingsOf(subject: RuleSubject, checks: EditChecks, judgeAgain: JudgeAgain): readonly Finding[] {
  const { device } = subject.deployment.facts;
  // Every rule is about GPUs.
  if (device && device.value !== "gpu") return [];
  return RULES.flatMap((rule) =>
    rule.check(subject).map((found) => {
      const { edit } = found.fix;
      const verified = edit !== undefined && isVerified(edit, rule, found, subject, checks, judgeAgain);
      return toFinding(rule, found, subject, verified);
    }),
  );
}

/** The switch that turns on what a finding is about, where it is off by default. */
function switchOf({ path, line, column }: RuleFinding, { deployment }: RuleSubject): string | undefined {
  const facts: readonly (Fact<unknown> | undefined)[] = Object.values(deployment.facts);
  const own = facts.find((fact) => fact?.at.path === path && fact.at.line === line && fact.at.column === column);
  return own?.when_enabled ?? deployment.when_enabled;
}

function toFinding(rule: Rule, found: RuleFinding, subject: RuleSubject, verified: boolean): Finding {
  const { always_critical, at_most, at_least, fix, ...rest } = found;
  const judged = severityOf(found, rule.default_severity);
  const lowered = isOccasional(found.path) && !always_critical;
  const { edit, ...plain } = fix;
  const enabledBy = switchOf(found, subject);
  return {
    ...rest,
    ...(enabledBy === undefined ? {} : { message: `When enabled (${enabledBy.slice(0, 120)}): ${found.message}` }),
    rule: rule.id,
    severity: enabledBy !== undefined ? "info" : lowered ? oneLower(judged) : judged,
    deployment: subject.deployment.id,
    impact_kwh_month: kwhOf(found.impact_percent, subject),
    why: lowered ? `${found.why} One step lower: by its path this is an example, a demo or a benchmark.` : found.why,
    fix: edit && verified ? { ...plain, edit } : plain,
  };
}

function kwhOf(impact: RuleFinding["impact_percent"], { fleet }: RuleSubject): Quantity | null {
  if (!impact || fleet?.kind !== "estimated") return null;
  const { energy_kwh } = fleet.monthly;
  const middle = (energy_kwh.value * (impact.low + impact.high)) / 200;
  const ends = [(energy_kwh.low * impact.low) / 100, (energy_kwh.high * impact.high) / 100, middle];
  return quantity(middle, Math.min(...ends), Math.max(...ends));
}

/** One per cause; severity first, then kWh, then place. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  const single = findings.filter(({ rule, path, line, column }) => {
    const key = `${rule}|${path}|${line}|${column}`;
    return seen.has(key) ? false : seen.add(key);
  });
  const kwh = (finding: Finding) => finding.impact_kwh_month?.value ?? -1;
  return single.toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      kwh(b) - kwh(a) ||
      (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || (a.rule < b.rule ? -1 : 1)),
  );
}

const SMALLEST_SHOWN_PERCENT = 0.5;

/** What stands where a finding has no share of energy that is worth showing; null where it has one. */
export function withoutImpact({ impact_percent }: Pick<Finding, "impact_percent">): string | null {
  if (!impact_percent) return "not measured: no evidence gives a number";
  return impact_percent.high < SMALLEST_SHOWN_PERCENT ? "nothing at this traffic; more when it grows" : null;
}

/** What the fix is expected to bring, in words. */
export function expected(finding: Finding): string {
  const { impact_percent, impact_kwh_month } = finding;
  const without = withoutImpact(finding);
  if (!impact_percent || without !== null) return without ?? "";
  const { low, high } = impact_percent;
  const [a, b] = [formatPercent(-low, 2), formatPercent(-high, 2)];
  const share = a === b ? a : `${a} to ${b}`;
  const kwh = impact_kwh_month ? `, about ${formatNumber(impact_kwh_month.value)} kWh a month` : "";
  return `${share} of this deployment's energy${kwh}`;
}

export const recommendedChanges = (findings: readonly Finding[]): AuditReport["recommended_changes"] =>
  findings.map((finding, index) => ({
    priority: index + 1,
    title: finding.fix.description,
    code: finding.fix.code,
    expected: expected(finding),
    finding: index,
  }));

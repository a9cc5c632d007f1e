import { SEVERITIES, type Severity } from "../domain/finding.ts";

/** The contract's steps: over 30 % of the deployment's energy is critical, 10 to 30 % a warning. */
export const CRITICAL_PERCENT = 30;
export const WARNING_PERCENT = 10;

interface Judged {
  readonly impact_percent: { readonly low: number; readonly high: number } | null;
  readonly always_critical?: boolean;
  readonly at_most?: Severity;
  readonly at_least?: Severity;
}

const midpoint = ({ low, high }: { readonly low: number; readonly high: number }): number => (low + high) / 2;

/** Severity by the waste of this deployment; `fallback` (at most a warning) where nothing supports a number. */
export function severityOf(finding: Judged, fallback: Severity): Severity {
  if (finding.always_critical) return "critical";
  const rank = (severity: Severity) => SEVERITIES.indexOf(severity);
  const byImpact = (percent: number): Severity =>
    percent > CRITICAL_PERCENT ? "critical" : percent >= WARNING_PERCENT ? "warning" : "info";
  const unbounded: Severity = finding.impact_percent
    ? byImpact(midpoint(finding.impact_percent))
    : fallback === "critical"
      ? "warning"
      : fallback;
  const { at_most, at_least } = finding;
  const raised = at_least && rank(at_least) < rank(unbounded) ? at_least : unbounded;
  return at_most && rank(at_most) > rank(raised) ? at_most : raised;
}

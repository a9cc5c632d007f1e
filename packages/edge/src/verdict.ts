import { formatNumber, type Quantity, type Report } from "@ecocompute/engine";
import type { EdgeParameters } from "./parameters.ts";

/** For CI: may this go out? `unknown` where nothing could be judged. */
export interface Verdict {
  readonly verdict: "pass" | "warn" | "fail" | "unknown";
  readonly verdict_why: string;
}

/** null where the request asks for none. */
export function verdictOf(report: Report, edge: EdgeParameters): Verdict | null {
  if (report.protocol === "audit") {
    return edge.fail_on === undefined ? null : ofFindings(report, edge.fail_on);
  }
  if (edge.budget_kwh === undefined) return null;
  const energy = monthlyEnergy(report);
  return energy
    ? ofBudget(energy, edge.budget_kwh, edge.verdict_at ?? "mid")
    : { verdict: "unknown", verdict_why: "No energy was estimated for this configuration." };
}

/** The month that a report is about. */
function monthlyEnergy(report: Exclude<Report, { protocol: "audit" }>): Quantity | null {
  switch (report.protocol) {
    case "estimate":
      return report.current.monthly.energy_kwh;
    case "optimize":
      return report.recommended?.monthly.energy_kwh ?? null;
    case "diagnose":
      return report.expected.monthly.energy_kwh;
    case "compare": {
      const asked = report.columns.find(({ quantization }) => quantization === report.configuration.quantization);
      return asked?.monthly?.energy_kwh ?? null;
    }
  }
}

function ofBudget(energy: Quantity, budget: number, at: "lower" | "mid" | "upper"): Verdict {
  const judged = { lower: energy.low, mid: energy.value, upper: energy.high }[at];
  const said = `${formatNumber(energy.value)} kWh a month (${formatNumber(energy.low)} to ${formatNumber(energy.high)}) against a budget of ${formatNumber(budget)}`;
  if (judged > budget) return { verdict: "fail", verdict_why: `${said}: the ${at} of the interval is above it.` };
  if (energy.high > budget) {
    return { verdict: "warn", verdict_why: `${said}: the ${at} is within it, the upper end of the interval is not.` };
  }
  return { verdict: "pass", verdict_why: `${said}: the whole interval is within it.` };
}

const FAILING = { critical: ["critical"], warning: ["critical", "warning"], never: [] } as const;

function ofFindings(
  { findings, deployments }: Extract<Report, { protocol: "audit" }>,
  failOn: "critical" | "warning" | "never",
): Verdict {
  const failing: readonly string[] = FAILING[failOn];
  const fails = findings.filter(({ severity }) => failing.includes(severity)).length;
  if (fails > 0) return { verdict: "fail", verdict_why: `${fails} of severity ${failing.join(" or ")}.` };
  if (deployments.length === 0 && findings.length === 0)
    return { verdict: "unknown", verdict_why: "Nothing was found that could be judged." };
  const others = findings.filter(({ severity }) => severity !== "info").length;
  if (others > 0) return { verdict: "warn", verdict_why: `${others} to look at, none that fail_on=${failOn} stops.` };
  return { verdict: "pass", verdict_why: "Nothing of severity critical or warning." };
}

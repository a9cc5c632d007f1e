// The gate's truth table, computed by the gate itself.
import { type Finding, judge, type PullRequestReport } from "@ecocompute/engine";
import { markdownTable } from "../data/generated-block.ts";

const SEVERITIES = ["critical", "warning", "info"] as const;
const FAIL_ON = ["critical", "warning", "never"] as const;
const WHERE = ["brought in", "was there before", "removed", "suppressed with a reason"] as const;

const finding = (severity: Finding["severity"]): Finding => ({
  rule: "rule",
  severity,
  message: "",
  path: "a.py",
  line: 1,
  end_line: 1,
  column: 1,
  deployment: "a.py#module/1",
  impact_percent: null,
  impact_kwh_month: null,
  evidence: [],
  why: "",
  fix: { description: "", code: "" },
});

const NOTHING = { value: 0, low: 0, high: 0 };
const SIDE = { energy_kwh: NOTHING, cost_usd: NOTHING, carbon_kgco2e: NOTHING, rental_usd: null, at_least: false };

type Judged = Pick<PullRequestReport, "deployments" | "findings" | "totals">;

function reportWith(severity: Finding["severity"], where: (typeof WHERE)[number]): Judged {
  const one = [finding(severity)];
  return {
    deployments: [],
    findings: {
      introduced: where === "brought in" ? one : [],
      existing: where === "was there before" ? one : [],
      fixed: where === "removed" ? one : [],
    },
    totals: { before: SIDE, after: SIDE, change: { ...SIDE, percent: null } },
  };
}

/** One row of the gate for findings: what it is, and the exit code for each `fail-on`. */
export interface GateRow {
  readonly severity: Finding["severity"];
  readonly where: (typeof WHERE)[number];
  readonly codes: Readonly<Record<(typeof FAIL_ON)[number], 0 | 1>>;
}

export const gateRows = (): readonly GateRow[] =>
  WHERE.flatMap((where) =>
    SEVERITIES.map((severity) => {
      const code = (fail_on: (typeof FAIL_ON)[number]) => {
        const policy = { fail_on, max_increase_percent: null, max_monthly_kwh: null, max_monthly_usd: null };
        return judge(reportWith(severity, where), policy).violations.length > 0 ? 1 : 0;
      };
      return { severity, where, codes: { critical: code("critical"), warning: code("warning"), never: code("never") } };
    }),
  );

export const gateTable = (): string =>
  markdownTable(
    ["a finding that", "severity", ...FAIL_ON.map((each) => `\`fail-on: ${each}\``)],
    gateRows().map(({ where, severity, codes }) => [where, severity, ...FAIL_ON.map((each) => codes[each])]),
  );

import { describe, expect, test } from "vitest";
import { exampleChange, exampleFinding, exampleReport } from "./pull-request-example.test-data.ts";
import { judge, type Policy, type Violation } from "./pull-request-policy.ts";

const LENIENT: Policy = { fail_on: "never", max_increase_percent: null, max_monthly_kwh: null, max_monthly_usd: null };
const policiesOf = (report: ReturnType<typeof exampleReport>, policy: Partial<Policy>) =>
  judge(report, { ...LENIENT, ...policy }).violations.map((violation) => violation.policy);

describe("judge", () => {
  const warning = exampleFinding({ severity: "warning" });
  test.each([
    ["critical", "critical", true],
    ["critical", "warning", false],
    ["warning", "critical", true],
    ["warning", "warning", true],
    ["warning", "info", false],
    ["never", "critical", false],
  ] as const)("fail-on %s, a new finding of severity %s: %s", (fail_on, severity, fails) => {
    const report = exampleReport([], { introduced: [exampleFinding({ severity })] });
    expect(policiesOf(report, { fail_on })).toEqual(fails ? ["fail-on"] : []);
  });

  test("what was there before or is removed fails nothing", () => {
    const report = exampleReport([], { existing: [exampleFinding()], fixed: [warning] });
    expect(policiesOf(report, { fail_on: "warning" })).toEqual([]);
  });

  const raised = exampleReport([exampleChange("a.yaml#a", { before: 100, after: 150 })]);
  test("an increase is judged by its share", () => {
    expect(policiesOf(raised, { max_increase_percent: 49 })).toEqual(["max-increase-percent"]);
    expect(policiesOf(raised, { max_increase_percent: 50 })).toEqual([]);
  });

  test("a new deployment has no share, and its amount is judged", () => {
    const added = exampleReport([exampleChange("a.yaml#a", { after: 150 })]);
    expect(policiesOf(added, { max_increase_percent: 1 })).toEqual([]);
    expect(policiesOf(added, { max_monthly_kwh: 149, max_monthly_usd: 17 })).toEqual([
      "max-monthly-kwh",
      "max-monthly-usd",
    ]);
    expect(policiesOf(added, { max_monthly_kwh: 150, max_monthly_usd: 18 })).toEqual([]);
  });

  test("a limit that was passed before does not fail a pull request that lowers", () => {
    const lowered = exampleReport([exampleChange("a.yaml#a", { before: 200, after: 150 })]);
    expect(policiesOf(lowered, { max_monthly_kwh: 100 })).toEqual([]);
    expect(policiesOf(raised, { max_monthly_kwh: 90 })).toEqual(["max-monthly-kwh"]);
  });

  const withLimits = (max_monthly_kwh: number | null, max_monthly_usd: number | null = null) =>
    exampleReport([
      { ...exampleChange("a.yaml#a", { before: 100, after: 150 }), limits: { max_monthly_kwh, max_monthly_usd } },
      exampleChange("b.yaml#b", { before: 500, after: 900 }),
    ]);

  test("55: a deployment's own limit is judged on it alone, and named", () => {
    const { violations } = judge(withLimits(140, 17), LENIENT);
    expect(violations).toEqual<Violation[]>([
      { policy: "max-monthly-kwh", deployment: "a", limit: "140 kWh a month", received: "150 kWh a month" },
      { policy: "max-monthly-usd", deployment: "a", limit: "17 USD a month", received: "18 USD a month" },
    ]);
    expect(judge(withLimits(150), LENIENT).violations).toEqual([]);
  });

  test("55: a limit that was passed and is kept now is celebrated", () => {
    const lowered = exampleReport([exampleChange("a.yaml#a", { before: 200, after: 150 })]);
    expect(judge(lowered, { ...LENIENT, max_monthly_kwh: 160 })).toEqual({
      violations: [],
      met_again: [
        { policy: "max-monthly-kwh", deployment: null, limit: "160 kWh a month", received: "150 kWh a month" },
      ],
    });
  });

  test("55: rental counts where its price is known", () => {
    const change = exampleChange("a.yaml#a", { after: 100 });
    const rental_usd = { value: 1_000, low: 1_000, high: 1_000 };
    const rented = change.after?.monthly
      ? { ...change, after: { ...change.after, monthly: { ...change.after.monthly, rental_usd } } }
      : change;
    expect(policiesOf(exampleReport([rented]), { max_monthly_usd: 900 })).toEqual(["max-monthly-usd"]);
    expect(policiesOf(exampleReport([change]), { max_monthly_usd: 900 })).toEqual([]);
  });
});

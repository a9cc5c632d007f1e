import { describe, expect, test } from "vitest";
import { exampleChange, exampleFinding, exampleReport } from "./pull-request-example.test-data.ts";
import { judge, type Policy } from "./pull-request-policy.ts";

const LENIENT: Policy = { fail_on: "never", max_increase_percent: null, max_monthly_kwh: null, max_monthly_usd: null };
const policiesOf = (report: ReturnType<typeof exampleReport>, policy: Partial<Policy>) =>
  judge(report, { ...LENIENT, ...policy }).map((violation) => violation.policy);

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
});

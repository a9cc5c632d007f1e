import { describe, expect, it } from "vitest";
import { severityOf } from "./severity.ts";

const impact = (low: number, high: number) => ({ impact_percent: { low, high } });

describe("severity", () => {
  it.each([
    [impact(31, 31), "critical"],
    [impact(30, 30), "warning"],
    [impact(10, 10), "warning"],
    [impact(0, 19), "info"],
    [{ impact_percent: null }, "warning"],
    [{ impact_percent: null, always_critical: true }, "critical"],
    [{ ...impact(50, 60), at_most: "info" as const }, "info"],
    [{ ...impact(0, 0), at_least: "warning" as const }, "warning"],
    [{ ...impact(50, 60), at_least: "warning" as const }, "critical"],
    [{ ...impact(1, 2), always_critical: true }, "critical"],
  ])("of %j is %s", (finding, expected) => {
    expect(severityOf(finding, "critical")).toBe(expected);
  });

  it("keeps a rule's own lower severity where there is no number", () => {
    expect(severityOf({ impact_percent: null }, "info")).toBe("info");
  });
});

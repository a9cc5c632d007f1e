import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatNumber, formatPercent, formatProbability } from "./format.ts";

describe("formatNumber", () => {
  test.each([
    [0, "0"],
    [-0, "0"],
    [86.7, "86.7"],
    [86.6976, "86.7"],
    [1108.35, "1,108"],
    [1e6, "1,000,000"],
    [999.6, "1,000"],
    [99.96, "100"],
    [0.00421, "0.00421"],
    [0.5, "0.5"],
    [12, "12"],
    [-1234.5, "−1,235"],
    [-0.25, "−0.25"],
    [1e-15, "0"],
    [-1e-15, "0"],
    [1.5e30, "1.50e+30"],
    [-2e21, "−2.00e+21"],
  ])("%f is %s", (x, text) => {
    expect(formatNumber(x)).toBe(text);
  });

  test("more digits on demand", () => {
    expect(formatNumber(9554.5685, 4)).toBe("9,555");
    expect(formatNumber(95.545685, 4)).toBe("95.55");
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("refuses %f", (x) => {
    expect(() => formatNumber(x)).toThrow(RangeError);
  });

  test("is within half a unit of the third digit, and never a negative zero", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (x) => {
        const text = formatNumber(x);
        expect(text).not.toMatch(/^[-−]0$/);
        const read = Number(text.replaceAll(",", "").replace("−", "-"));
        expect(Math.abs(read - x)).toBeLessThanOrEqual(Math.max(0.005 * Math.abs(x), 5e-13) * 1.0001);
      }),
    );
  });
});

describe("formatPercent", () => {
  test.each([
    [29.43, "+29.4 %"],
    [-3, "−3 %"],
    [0, "0 %"],
    [-0, "0 %"],
    [1e-15, "0 %"],
    [1234.4, "+1,234 %"],
  ])("%f is %s", (x, text) => {
    expect(formatPercent(x)).toBe(text);
  });
});

test("a probability beyond what the tails bear is a bound", () => {
  expect([0.5, 0.834, 0.999, 0.001].map(formatProbability)).toEqual([
    "50 %",
    "83.4 %",
    "at least 99.9 %",
    "at most 0.1 %",
  ]);
});

import { describe, expect, it } from "vitest";
import { dollars, intervalText, percentText, quantityText, usdText } from "./quantity-text.ts";

describe("quantities in words", () => {
  it("groups thousands and keeps three digits", () => {
    expect(quantityText({ value: 1108.4, low: 1031.2, high: 1190 }, "J")).toBe("1,108 J (90 %: 1,031–1,190)");
    expect(quantityText({ value: 0.90251, low: 0.8, high: 1 }, "tokens/J")).toBe("0.903 tokens/J (90 %: 0.8–1)");
  });

  it("says no interval where there is none", () => {
    expect(quantityText({ value: 5, low: 5, high: 5 }, "GB")).toBe("5 GB");
    expect(intervalText({ value: 5, low: 5, high: 5 })).toBe("");
  });

  it("puts a remark into the same brackets", () => {
    expect(quantityText({ value: 42, low: 40, high: 44 }, "%", "estimated")).toBe("42 % (estimated; 90 %: 40–44)");
    expect(quantityText({ value: 42, low: 42, high: 42 }, "ms", "BS=1")).toBe("42 ms (BS=1)");
  });

  it("shows money in cents, whole from a thousand, in digits when tiny", () => {
    expect([10.404, 9.5, 1234.5, 0.0042, 0, -9.1].map(dollars)).toEqual([
      "10.40",
      "9.50",
      "1,235",
      "0.0042",
      "0",
      "−9.10",
    ]);
    expect(usdText({ value: -2, low: -3, high: 1 })).toBe("−$2.00 (90 %: −3.00 to 1.00)");
  });

  it("signs a change at both ends", () => {
    expect(percentText({ value: 3.06, low: -1.66, high: 8.02 })).toBe("+3.06 % (90 %: −1.66 to +8.02)");
    expect(percentText({ value: 0, low: 0, high: 0 })).toBe("0 %");
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { didYouMean, shown } from "./shown.ts";

describe("shown", () => {
  test("cuts at 64 characters, and says that it did", () => {
    expect(shown("x".repeat(64))).toHaveLength(64);
    expect(shown("x".repeat(65))).toBe(`${"x".repeat(63)}…`);
    expect(shown({ a: [1, null] })).toBe('{"a":[1,null]}');
    expect(shown(undefined)).toBe("undefined");
    expect(shown(Number.POSITIVE_INFINITY)).toBe("Infinity");
  });

  test("never more than 64, whatever JSON it is given", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => shown(value).length <= 64));
  });
});

describe("didYouMean", () => {
  const GPUS = ["rtx4090d", "rtx4090", "h100-sxm", "a800"];
  test.each([
    ["rtx4090dd", "rtx4090d"],
    ["RTX-4090", "rtx4090"],
    ["h100", "h100-sxm"],
    ["A-800", "a800"],
  ])("%s → %s", (received, meant) => {
    expect(didYouMean(received, GPUS)).toBe(meant);
  });

  test.each(["", "???", "  ", "zzz", "x".repeat(500)])("%j resembles nothing", (received) => {
    expect(didYouMean(received, GPUS)).toBeUndefined();
  });

  test("nothing is allowed: nothing is suggested", () => {
    expect(didYouMean("a800", [])).toBeUndefined();
  });

  test("only ever suggests what is allowed", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const suggestion = didYouMean(text, GPUS);
        expect(suggestion === undefined || GPUS.includes(suggestion)).toBe(true);
      }),
    );
  });
});

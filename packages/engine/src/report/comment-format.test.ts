import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8Length } from "../domain/utf8.ts";
import { amount, change, count, interval, number, percent, signed, signedUsd } from "./comment-format.ts";

const q = (value: number, low: number, high: number) => ({ value, low, high });

describe("numbers of the comment", () => {
  test.each([
    [0, "0"],
    [-0, "0"],
    [-0.0001, "0"],
    [412.4, "+412"],
    [-12.34, "−12.3"],
    [1056, "+1,056"],
  ])("signed %f is %s", (value, text) => expect(signed(value)).toBe(text));

  test("49: dollars carry the sign before the currency, and none for 0", () => {
    expect([signedUsd(49.4), signedUsd(-3), signedUsd(-0.0001)]).toEqual(["+$49.4", "−$3", "$0"]);
  });

  test("percentages are whole from 10 on", () => {
    expect([percent(63.7), percent(-4.25), percent(0)]).toEqual(["+64 %", "−4.25 %", "0 %"]);
  });

  test("an interval with a negative end is written out", () => {
    expect(interval(q(1, 310, 530))).toBe("310–530");
    expect(interval(q(1, -12, 30))).toBe("−12 to +30");
  });

  test("without spread the number stands alone", () => {
    expect([amount(q(5, 5, 5)), amount(q(5, 4, 6))]).toEqual(["5", "5 (4–6)"]);
    expect([change(q(0, 0, 0)), change(q(5, 4, 6))]).toEqual(["**0**", "**+5** (4–6)"]);
  });

  test("nouns agree with their number", () => expect([count(1, "row"), count(0, "row")]).toEqual(["1 row", "0 rows"]));

  test("49: law: no number is a negative zero or has an exponent", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), (value) => {
        expect(number(value)).toMatch(/^−?\d[\d,]*(\.\d+)?$/);
        expect(number(value)).not.toBe("−0");
      }),
    );
  });

  test("law: UTF-8 length is what an encoder counts", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(text.isWellFormed());
        expect(utf8Length(text)).toBe(Buffer.byteLength(text));
      }),
    );
  });
});

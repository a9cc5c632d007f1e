import { describe, expect, test } from "vitest";
import {
  atMost,
  exactly,
  including,
  mapDecreasing,
  mapIncreasing,
  product,
  quantity,
  quotient,
  savedPercent,
  scale,
  sum,
  within,
} from "./interval.ts";

describe("quantity", () => {
  test("keeps the three numbers", () => {
    expect(quantity(2, 1, 3)).toEqual({ value: 2, low: 1, high: 3 });
  });

  test.each([
    [2, 3, 4],
    [5, 3, 4],
    [2, 1, Number.POSITIVE_INFINITY],
    [2, Number.NaN, 3],
    [Number.NaN, 1, 3],
    [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 3],
  ])("refuses %f in %f .. %f", (value, low, high) => {
    expect(() => quantity(value, low, high)).toThrow(RangeError);
  });
});

test("within is a factor in both directions, and refuses a factor below 1", () => {
  expect(within(10, 2)).toEqual({ value: 10, low: 5, high: 20 });
  expect(() => within(10, 0.5)).toThrow(RangeError);
});

test("an increasing map keeps the ends, a decreasing one changes their places, the wrong one throws", () => {
  const q = quantity(2, 1, 4);
  expect(mapIncreasing(q, (x) => x * x)).toEqual({ value: 4, low: 1, high: 16 });
  expect(mapDecreasing(q, (x) => 1 / x)).toEqual({ value: 0.5, low: 0.25, high: 1 });
  expect(() => mapIncreasing(q, (x) => 1 / x)).toThrow(RangeError);
});

test("scale by nothing is nothing; by a negative number is refused", () => {
  expect(scale(quantity(2, 1, 4), 0)).toEqual(exactly(0));
  expect(() => scale(quantity(2, 1, 4), -1)).toThrow(RangeError);
});

test("a sum adds ends to ends; of nothing it is zero", () => {
  expect(sum([quantity(2, 1, 4), quantity(20, 10, 40)])).toEqual({ value: 22, low: 11, high: 44 });
  expect(sum([])).toEqual(exactly(0));
});

test("including stretches just far enough, in both directions, and never shrinks", () => {
  expect(including(quantity(5, 4, 6), [3, 5, 9])).toEqual({ value: 5, low: 3, high: 9 });
  expect(including(quantity(5, 4, 6), [])).toEqual({ value: 5, low: 4, high: 6 });
});

test("atMost cuts the upper end, never below the value", () => {
  expect(atMost(quantity(300, 200, 900), 400)).toEqual({ value: 300, low: 200, high: 400 });
  expect(atMost(quantity(300, 200, 900), 250)).toEqual({ value: 300, low: 200, high: 300 });
  expect(atMost(quantity(300, 200, 350), 400)).toEqual({ value: 300, low: 200, high: 350 });
});

test("a saving is at most everything, negative where more is used, and nothing of nothing", () => {
  expect(savedPercent(exactly(4), exactly(1))).toEqual({ value: 75, low: 75, high: 75 });
  expect(savedPercent(exactly(1), exactly(2)).value).toBe(-100);
  expect(savedPercent(exactly(0), exactly(1))).toEqual(exactly(0));
  const { low, high } = savedPercent(within(4, 3), within(1, 4));
  expect(low).toBeLessThan(75);
  expect(high).toBeGreaterThan(75);
  expect(high).toBeLessThan(100);
});

test("quotients and products of unrelated errors add them as squares, in logarithms", () => {
  const width = Math.exp(Math.hypot(Math.log(2), Math.log(3)));
  const q = quotient(within(10, 2), within(5, 3));
  expect([q.value, q.high / q.value, q.value / q.low]).toEqual([2, width, width].map((x) => expect.closeTo(x, 9)));
  const p = product(within(10, 2), within(5, 3));
  expect([p.value, p.high / p.value, p.value / p.low]).toEqual([50, width, width].map((x) => expect.closeTo(x, 9)));
  // Each end meets the other's opposite end.
  expect(quotient(quantity(1, 1, 2), exactly(1))).toEqual(quantity(1, 1, 2));
  expect(quotient(exactly(1), quantity(1, 1, 2))).toEqual(quantity(1, 0.5, 1));
});

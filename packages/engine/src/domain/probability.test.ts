import { expect, test } from "vitest";
import { exactly, quantity, within } from "./interval.ts";
import { probabilityBelow } from "./probability.ts";

test("half below the value, 5 and 95 per cent at the ends of the interval, each side with its own width", () => {
  const q = quantity(2, 1, 8);
  expect([1, 2, 8].map((x) => probabilityBelow(q, x))).toEqual([0.05, 0.5, 0.95]);
  // A third of the upper side's width in logarithms: Φ(1.645 / 2) and Φ(1.645 / 3) of the standard tables.
  expect(probabilityBelow(q, 4)).toBeCloseTo(0.795, 3);
  expect(probabilityBelow(within(10, 1.5), 10 * 1.5 ** (1 / 3))).toBeCloseTo(0.708, 3);
});

test("is never said to be certain, also of an exact number", () => {
  expect(probabilityBelow(within(1, 1.01), 5)).toBe(0.999);
  expect([0.9, 1, 1.1].map((x) => probabilityBelow(exactly(1), x))).toEqual([0.001, 0.5, 0.999]);
});

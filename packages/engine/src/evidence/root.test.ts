import fc from "fast-check";
import { expect, test } from "vitest";
import { rootOf } from "./root.ts";

test("finds where a growing function crosses zero, also one that bends and one with a kink", () => {
  fc.assert(
    fc.property(fc.double({ min: -5, max: 5, noNaN: true }), fc.constantFrom(1, 3, 0.2), (at, bend) => {
      const f = (x: number) => Math.sign(x - at) * Math.abs(x - at) ** bend + (x > at ? x - at : 0);
      expect(rootOf(f, -6, 6)).toBeCloseTo(at, 2);
    }),
  );
  expect(rootOf((x) => Math.exp(x) - 20, 0, 10)).toBeCloseTo(Math.log(20), 8);
});

test("a few steps are enough for what bends little", () => {
  let asked = 0;
  const f = (x: number) => {
    asked += 1;
    return 0.6 * x - 1 + 0.05 * Math.sin(x);
  };
  rootOf(f, -10, 10);
  expect(asked).toBeLessThan(10);
});

test("where it jumps across zero: the side above", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -5, max: 5, noNaN: true }),
      fc.double({ min: 0.01, max: 3, noNaN: true }),
      (at, up) => {
        const f = (x: number) => (x < at ? x - at - 0.05 : x - at + up);
        const root = rootOf(f, -6, 6);
        expect(f(root)).toBeGreaterThan(0);
        expect(root).toBeCloseTo(at, 6);
      },
    ),
  );
});

test("without a crossing: the nearer end", () => {
  expect(rootOf((x) => x, 1, 2)).toBe(1);
  expect(rootOf((x) => x, -2, -1)).toBe(-1);
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isCount, parseCount } from "./whole-number.ts";

test.each([
  ["8192", 8192],
  [" 1 ", 1],
  ["8k", 8000],
  ["8K", 8192],
  ["1.5k", 1500],
  ["2m", 2_000_000],
  ["2M", 2_097_152],
  ["1.5K", null],
  ["1.5", null],
  ["1g", null],
  ["0", null],
  ["-7", null],
  ["1e308", null],
  ["0x10", null],
  ["", null],
  ["9".repeat(400), null],
])("reads %j as vLLM does: %j", (written, expected) => {
  expect(parseCount(written)).toBe(expected);
});

test("zero is a count of replicas or GPUs, not of sequences", () => {
  expect([parseCount("0", 0), isCount(0, 0), isCount(0), isCount(0.5), isCount(1e305)]).toEqual([
    0,
    true,
    false,
    false,
    false,
  ]);
});

test("whatever is read is a count", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."0123456789.kKmMgGe+- ") }), (written) => {
      const read = parseCount(written);
      expect(read === null || isCount(read)).toBe(true);
    }),
  );
});

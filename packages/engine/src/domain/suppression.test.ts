import { expect, test } from "vitest";
import { isDay } from "./suppression.ts";

test.each([
  ["2028-02-29", true],
  ["2027-02-29", false],
  ["2027-13-01", false],
  ["2027-00-10", false],
  ["2027-1-1", false],
  ["27-01-01", false],
])("isDay(%j) is %s", (text, expected) => {
  expect(isDay(text)).toBe(expected);
});

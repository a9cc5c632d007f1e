import { expect, test } from "vitest";
import { worseFigures } from "./worse.ts";

const line = { rung: "modelled", framework: "vllm", n: 9, how: "told here" };

test("an error that grows by more than its last digit is named, with both figures", () => {
  const before = [{ ...line, median_error_percent: 12.3, p90_error_percent: 30 }];
  expect(worseFigures(before, [{ ...line, median_error_percent: 12.4, p90_error_percent: 33.1 }])).toEqual([
    "modelled, vllm: p90_error_percent was 30, is 33.1",
  ]);
  expect(worseFigures(before, [{ ...line, median_error_percent: 5, p90_error_percent: 9.9 }])).toEqual([]);
});

test("coverage is worse farther from 90 %, on either side", () => {
  const covers = (coverage_percent: number) => [{ ...line, coverage_percent }];
  expect(worseFigures(covers(88), covers(96))).toHaveLength(1);
  expect(worseFigures(covers(88), covers(85))).toHaveLength(1);
  expect(worseFigures(covers(100), covers(82))).toEqual([]);
});

test("decisions are worse when fewer are right", () => {
  expect(worseFigures([{ decision: "GPU", right_percent: 70 }], [{ decision: "GPU", right_percent: 62.5 }])).toEqual([
    "GPU: right_percent was 70, is 62.5",
  ]);
});

test("a figure that is no longer judged is named; a new line, its reason and its count are no figure", () => {
  const before = [{ ...line, median_error_percent: 12.3 }];
  expect(worseFigures(before, [])).toEqual(["modelled, vllm: median_error_percent was 12.3, is no longer judged"]);
  expect(worseFigures([], before)).toEqual([]);
  expect(worseFigures(before, [{ ...before[0], n: 4, how: "told anew" }])).toEqual([]);
});

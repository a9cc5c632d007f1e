import { expect, test } from "vitest";
import { findLongRun, withoutLongRuns } from "./yaml-runs.ts";

test.each([
  ['"', "quotes"],
  ["' ", "quotes"],
  [", ", "commas"],
  ["[", "opening brackets"],
  ["{\n", "opening brackets"],
  ["]", "closing brackets"],
  ["!a ", "tags, anchors or aliases"],
  ["&a ", "tags, anchors or aliases"],
  ["- ", "nested entries on one line"],
  ["%\n", "directives"],
])("tells a run of %j", (unit, kind) => {
  expect(findLongRun(`a: 1\n${unit.repeat(101)}`)).toEqual({ start: 5, why: `more than 100 ${kind} in a row` });
  expect(findLongRun(`a: 1\n${unit.repeat(100)}`)).toBeNull();
});

test.each(["- a\n", "- *a\n", '"",\n', "# ----------\n", "a: [1, 2]\n", "-\n  a: 1\n", "--- \n", "|||"])(
  "does not mind many of %j",
  (unit) => {
    expect(findLongRun(unit.repeat(500))).toBeNull();
  },
);

test("only the document with the run is blanked, and nothing moves", () => {
  const run = "[".repeat(101);
  const content = `a: 1\n---\nb: ${run}\n--- # next\nc: 3\n`;
  const { text, runs } = withoutLongRuns(content);
  expect(runs).toEqual([{ start: content.indexOf("["), why: "more than 100 opening brackets in a row" }]);
  expect(text).toBe(`a: 1\n---\n${" ".repeat(run.length + 3)}\n--- # next\nc: 3\n`);
  expect(withoutLongRuns(`${run}\n---\n`.repeat(30)).text).toBe("");
});

import { expect, test } from "vitest";
import { findLongRun } from "./yaml-runs.ts";

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

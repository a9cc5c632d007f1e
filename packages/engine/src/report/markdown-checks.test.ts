import { expect, it } from "vitest";
import { emptyFields, headingsOf } from "./markdown-checks.test-data.ts";

it.each([
  "- Throughput:",
  "- Cost: $undefined",
  "- Power: NaN W",
  "- Energy: null",
  "1. ",
  "**Reasoning:**",
  "## Empty section",
  "| a |  | b |",
])("finds the empty field in %j", (line) => {
  expect(emptyFields(`## A\n\ntext\n\n${line}\n\n## B\n\ntext`)).toHaveLength(1);
});

it("finds none in a filled report, and no heading in code", () => {
  const text = "## A\n\n- List:\n  - item\n- Field: 1 W\n\n```text\n# no heading\n```\n";
  expect(emptyFields(text)).toEqual([]);
  expect(headingsOf(text)).toEqual(["## A"]);
});

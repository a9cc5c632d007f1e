import { expect, test } from "vitest";
import { plainText, span } from "./styled.ts";
import { type Cell, textTable } from "./text-table.ts";

const cell = (...lines: string[]): Cell => lines.map((line) => [span(line)]);

test("columns are as wide as their widest line; rows of several lines are parted", () => {
  const table = textTable(
    [{ title: "name" }, { title: "kWh", align: "right" }],
    [
      [cell("chat", "a.yaml:3"), cell("543", "(358–872)")],
      [cell("all"), cell("543")],
    ],
    80,
  );
  expect(plainText(table)).toBe(
    [
      "name            kWh",
      "────────  ─────────",
      "chat            543",
      "a.yaml:3  (358–872)",
      "",
      "all             543",
      "",
    ].join("\n"),
  );
});

test("what is too wide is broken into lines, in the widest column first", () => {
  const table = textTable([{ title: "a" }, { title: "b" }], [[cell("x".repeat(30)), cell("short")]], 27);
  expect(plainText(table)).toBe(
    ["a                     b", "────────────────────  ─────", "xxxxxxxxxxxxxxxxxxxx  short", "xxxxxxxxxx", ""].join(
      "\n",
    ),
  );
});

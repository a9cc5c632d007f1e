import { describe, expect, test } from "vitest";
import { codeSpan } from "./escape.ts";
import { evidenceText, namedRows } from "./evidence-ids.ts";

describe("rows of evidence in a line", () => {
  test("one row left is one row, more are rows", () => {
    expect(namedRows(["a", "b"], 2, codeSpan)).toBe("`a`, `b`");
    expect(namedRows(["a", "b", "c"], 2, codeSpan)).toBe("`a`, `b` and 1 more row");
    expect(namedRows(["a", "b", "c", "d"], 2, codeSpan)).toBe("`a`, `b` and 2 more rows");
  });

  test("a number that rests on no row says so: it is no practice", () => {
    expect(evidenceText([])).toBe("no measured row");
  });
});

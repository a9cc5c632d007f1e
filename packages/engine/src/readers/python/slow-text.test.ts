import * as fc from "fast-check";
import { expect, test } from "vitest";
import { refusal, withoutLongRuns } from "./slow-text.ts";

test("a long run of comments is blanked from its 51st line, code is not", () => {
  const comments = "  # a\n\n".repeat(60);
  const lines = withoutLongRuns(`x = 1\n${comments}y = "#"\n# b\n`).split("\n");
  expect(lines.filter((line) => line === "  # a")).toHaveLength(50);
  expect(lines.slice(-3)).toEqual(['y = "#"', "# b", ""]);
});

test("every offset stays", () => {
  const line = fc.constantFrom("# a\n", "\n", "\t#\r\n", "x # y\n", " \\\n", '"""\n', " ");
  fc.assert(
    fc.property(fc.array(line, { maxLength: 200 }), (lines) => {
      const content = lines.join("");
      const kept = withoutLongRuns(content);
      expect(kept).toHaveLength(content.length);
      expect(kept.split("\n").map((text) => text.length)).toEqual(content.split("\n").map((text) => text.length));
    }),
  );
});

test("too many continued lines or named escapes are refused, and counted apart", () => {
  expect(refusal(`${"a\\\n".repeat(2_001)}`)).toBe("more than 2000 continued lines: not read");
  expect(refusal(`${"'\\N{DASH}'".repeat(501)}`)).toContain("escapes: not read");
  expect(refusal(`${"a\\\r\n".repeat(2_000)}${"\\N{".repeat(500)}`)).toBeNull();
});

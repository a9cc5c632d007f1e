import { beforeAll, describe, expect, it } from "vitest";
import { loadPythonParser } from "../../../../../test/support/python-parser.ts";
import type { PythonParser } from "../../domain/parser.ts";
import { openModule } from "./module.ts";
import { literalText } from "./strings.ts";

let python: PythonParser;
beforeAll(async () => {
  python = await loadPythonParser();
});

const textOf = (written: string): string | null => {
  const module = openModule("a.py", `x = ${written}\n`, python);
  const node = module?.nodes.find(({ type }) => type === "string" || type === "concatenated_string");
  return node ? literalText(node) : null;
};

describe("the text of a string", () => {
  it.each([
    ["double quotes", '"a b"', "a b"],
    ["nothing", '""', ""],
    ["three quotes over lines", '"""a\n"b" c"""', 'a\n"b" c'],
    ["escapes", String.raw`"a\n\t\\\"b\'"`, "a\n\t\\\"b'"],
    ["a backslash that escapes nothing", String.raw`"\d+\/"`, String.raw`\d+\/`],
    ["a line that goes on", '"a\\\nb"', "ab"],
    ["raw text", String.raw`r"\n\d"`, String.raw`\n\d`],
    ["raw text with an escaped quote", String.raw`R'it\'s'`, String.raw`it\'s`],
    ["a prefix that says nothing", 'u"é"', "é"],
    ["a run of strings", `"a" 'b'`, "ab"],
    ["an f-string without expressions", 'f"{{a}}\\n"', "{a}\n"],
  ])("is read: %s", (_, written, text) => {
    expect(textOf(written)).toBe(text);
  });

  it.each([
    ["bytes", 'b"a"'],
    ["raw bytes", 'Rb"a"'],
    ["an escape by number", String.raw`"\x41"`],
    ["an escape by name", String.raw`"\N{DASH}"`],
    ["an expression", 'f"{a}"'],
  ])("is not known: %s", (_, written) => {
    expect(textOf(written)).toBeNull();
  });
});

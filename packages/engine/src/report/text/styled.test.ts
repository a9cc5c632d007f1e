import { stripVTControlCharacters } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ansiText, type Line, plainText, type Style, span, strong, widthOf, wrap } from "./styled.ts";

const lineOf = (...texts: string[]): Line => texts.map((text) => span(text));
const wrapped = (text: string, width: number, options = {}) => plainText(wrap(lineOf(text), width, options)).trimEnd();

describe("wrap", () => {
  test.each([
    ["at spaces", "one two three", 7, {}, "one two\nthree"],
    ["with an indent", "one two three", 7, { rest: 2 }, "one two\n  three"],
    ["a long word stands out", "a longword b", 4, {}, "a\nlongword\nb"],
    ["a long word is cut where asked", "longword", 4, { hard: true }, "long\nword"],
    ["names are cut after a mark", "org/model-7b", 8, { hard: true }, "org/\nmodel-7b"],
    ["a number keeps its per cent sign", "abc 12 %", 6, {}, "abc\n12 %"],
    ["a count keeps what it counts", "abc 8 × l4 b", 8, {}, "abc\n8 × l4 b"],
  ])("%s", (_, text, width, options, expected) => expect(wrapped(text, width, options)).toBe(expected));

  test("a word may change its style inside and stays one word", () => {
    expect(plainText(wrap([span("at "), strong("a.py"), span(": bad")], 8))).toBe("at a.py:\nbad\n");
  });

  test("no word is lost and no line is longer than its words need", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 30 }),
        fc.integer({ min: 12, max: 40 }),
        (words, width) => {
          const lines = wrap(lineOf(words.join(" ")), width);
          expect(
            plainText(lines)
              .split(/\s+/)
              .filter((word) => word !== ""),
          ).toEqual(words);
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

describe("colour", () => {
  const styles: readonly Style[] = ["plain", "strong", "dim", "code", "critical", "warning", "info", "good"];
  const anyLine = fc.array(fc.record({ text: fc.stringMatching(/^[a-z ]{0,6}$/), style: fc.constantFrom(...styles) }));

  test("is only added: without it the text is the plain one", () => {
    fc.assert(
      fc.property(fc.array(anyLine), (lines) => {
        expect(stripVTControlCharacters(ansiText(lines))).toBe(plainText(lines));
      }),
    );
  });

  test("neighbours of one style are one span", () => {
    expect(ansiText([[strong("a"), span(" "), strong("b"), span(" c")]])).toBe("\u001b[1ma b\u001b[0m c\n");
  });
});

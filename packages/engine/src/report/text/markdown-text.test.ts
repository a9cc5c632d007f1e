import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { codeBlock, codeSpan, escapeMarkdown } from "../escape.ts";
import { prose } from "../prose.ts";
import { markdownText } from "./markdown-text.ts";
import { plainText, widthOf } from "./styled.ts";

const text = (markdown: string, width = 40) => plainText(markdownText(markdown, width));

describe("our own Markdown on a terminal", () => {
  test("headings, lists, code and tables are laid out", () => {
    const markdown = [
      "## Title",
      "- one **two** `three`\n  - inner",
      "1. first\n\n   ```python\n   x = 1\n   ```\n2. second",
      "| name | kWh |\n| --- | --: |\n| a | 12 |\n| bcd | 3 (1–5) |",
    ].join("\n\n");
    expect(text(markdown)).toBe(
      [
        "Title",
        "• one two three",
        "  • inner",
        "",
        "1. first",
        "",
        "     x = 1",
        "",
        "2. second",
        "",
        "name      kWh",
        "────  ───────",
        "a          12",
        "bcd   3 (1–5)",
        "",
      ].join("\n"),
    );
  });

  test("a part that GitHub folds keeps its title", () => {
    const markdown =
      "<details><summary>2 findings were there before &amp; stay</summary>\n\n- one\n- two\n\n</details>\n\nend";
    expect(text(markdown, 60)).toBe("2 findings were there before & stay\n• one\n• two\n\nend\n");
  });

  test.each([
    "a_b*c `d` <e> & [f](g) #1 @team ~h~ $i | 1. - +",
    "https://x.y/z www.a.b GH-1",
    "a\u202eb\u200b\u001b[31mred\u0007",
  ])("foreign text comes out as it was, without control characters: %s", (foreign) => {
    const clean = foreign.replace(/[\p{Cc}\p{Cf}]/gu, "\uFFFD");
    expect(text(escapeMarkdown(foreign), 200)).toBe(`${clean}\n`);
    expect(text(`x ${codeSpan(foreign)}`, 200)).toBe(`x ${clean}\n`);
    expect(text(codeBlock(foreign), 200)).toBe(`  ${clean}\n`);
  });

  test("a sentence of ours comes out as it was", () => {
    const sentence = "int8_default is 5 % worse than `fp16`: 1 < 2 > 0 & more [x] * $3.";
    expect(text(prose(sentence), 200)).toBe(`${sentence.replaceAll("`", "")}\n`);
  });

  test.each(["estimate", "compare", "optimize", "diagnose"])("nothing of Markdown is left of %s, and it fits", (id) => {
    const golden = readFileSync(new URL(`../../../../../test/goldens/protocol-${id}.md`, import.meta.url), "utf8");
    const lines = markdownText(golden, 100);
    expect(plainText(lines)).not.toMatch(/\*\*|^#|&#|\\[_*[\]]|^\|/m);
    const long = lines.filter((line) => widthOf(line) > 100 && !plainText([line]).startsWith("  "));
    expect(long).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { markdownTable, replaceGeneratedBlock } from "./generated-block.ts";

const text =
  "# Title\n\n<!-- generated:a -->\nold\n<!-- /generated -->\n\n<!-- generated:b -->\n<!-- /generated -->\nend\n";

describe("replaceGeneratedBlock", () => {
  it("changes its own block and nothing else", () => {
    expect(replaceGeneratedBlock(text, "a", "new\n")).toBe(text.replace("old", "new"));
  });

  it("is its own fixed point", () => {
    const once = replaceGeneratedBlock(text, "b", "table");
    expect(replaceGeneratedBlock(once, "b", "table")).toBe(once);
  });

  it("throws where the text has no such block", () => {
    expect(() => replaceGeneratedBlock(text, "c", "x")).toThrow("expected a block <!-- generated:c -->");
  });
});

describe("markdownTable", () => {
  it("aligns numbers right and keeps a bar inside a cell", () => {
    expect(markdownTable(["a|b", "n"], [["x\ny", 1]])).toBe("| a\\|b | n |\n| --- | ---: |\n| x y | 1 |");
  });
});

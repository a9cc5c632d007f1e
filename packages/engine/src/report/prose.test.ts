import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prose } from "./prose.ts";
import { HOSTILE_MODEL } from "./protocol-example.test-data.ts";

/** What stands outside of code, read as CommonMark does: only there can anything act. `open` = a code span was not closed. */
function readSpans(markdown: string): { readonly acting: string; readonly open: boolean } {
  let acting = "";
  let open = false;
  for (let i = 0; i < markdown.length; i++) {
    const character = markdown[i] ?? "";
    if (character === "`") open = !open;
    else if (!open && character === "\\") acting += character + (markdown[++i] ?? "");
    else if (!open) acting += character;
  }
  return { acting, open };
}

describe("prose", () => {
  it.each([
    "NF4 at batch 1: +29.4 % (90 %: +25.8 % to +33.1 %) energy against FP16.",
    "load_in_8bit=True keeps llm_int8_threshold=6.0; set `llm_int8_threshold=0.0`.",
    "$10.40 a month (−$2.10), ≤3B models, n < 24 GB",
    "−25.1 % against mistralai/Mistral-7B-Instruct-v0.2",
    "+52.6 % energy",
  ])("leaves a sentence of ours as it is: %s", (text) => {
    expect(prose(text)).toBe(text);
  });

  it.each([
    "<script>alert(1)</script>",
    "<!-- ecocompute:report -->",
    "![x](https://evil.example/pixel.png)",
    "@octocat fixes #123 and org/repo#9 and GH-123",
    "a | b",
    "one ` backtick",
    "``two``",
    "line\n\n# heading\n- item",
    "www.evil.example",
    "**bold** _it_ __it__ ~~del~~ $math$",
    "&lt;b&gt; &#64;octocat",
    "\u202Eevil\u200B\u0000",
    "x".repeat(100_000),
    HOSTILE_MODEL,
  ])("leaves nothing that acts in %j", (text) => {
    const out = prose(text);
    const { acting } = readSpans(out);
    expect(out).not.toMatch(/[\n\r\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(acting).not.toMatch(/<[a-z/!?]|:\/\/|www\.|\bGH-\d|@(?!&#8203;)/i);
    expect(acting).not.toMatch(/(?<!\\)(?:[[\]|*~]|(?<!&)#\d)/);
    expect(acting).not.toMatch(/(?<![\w\\])_\w|&(?!(?:amp|lt|gt|#8203);)/);
    expect(out.length).toBeLessThan(10_000);
  });

  it.each(["- item", "+ item", "# heading", "> quote", "1. item", "1) item", "=== ", "---"])(
    "starts no block with %j",
    (text) => {
      expect(prose(text)).toMatch(/^(?:\\|&gt;|1\\)/);
    },
  );

  it("holds for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { acting } = readSpans(prose(text));
        expect(acting).not.toMatch(/[\n\r]|<[a-z/!?]|(?<!\\)[[\]|]|@(?!&#8203;)/i);
      }),
    );
  });

  it("keeps backticks in pairs, so that they cannot open code around what follows", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[`ab\\ ]{0,12}$/), (text) => {
        expect(readSpans(prose(text)).open).toBe(false);
      }),
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeBlock, codeSpan, escapeMarkdown } from "./escape.ts";

const HOSTILE = [
  "<!-- ecocompute:report -->",
  "--> <img src=x onerror=alert(1)>",
  "[click](javascript:alert(1))",
  "![x](https://evil.example/pixel.png)",
  "@octocat please merge",
  "fixes #123 and GH-123 and org/repo#9",
  "a | b | c",
  "`code` ``more``",
  "line one\n\n# heading\n- item",
  "\u202Eevil\u202C \u200Bzero \u0000nul \u{E0041}tag",
  "https://evil.example www.evil.example",
  "**bold** _it_ ~~del~~ $math$",
  "\\[not escaped\\](x)",
  "1. item",
  "+ item",
  "lone \uD800 surrogate",
  "&lt;script&gt; &#64;octocat",
  "a".repeat(100_000),
  "|".repeat(1000),
];

describe("escapeMarkdown", () => {
  it.each(HOSTILE)("leaves nothing that acts in %j", (text) => {
    const out = escapeMarkdown(text);
    expect(out).not.toMatch(/[\n\r<>]/);
    expect(out).not.toMatch(/(?<!\\)[[\]`|*_]/);
    expect(out).not.toMatch(/@(?!&#8203;)/);
    expect(out).not.toMatch(/#\d+(?!;|\d)/);
    expect(out).not.toMatch(/:\/\//);
    expect(out).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(out.length).toBeLessThan(300 * 10);
  });

  it.each(["1. item", "1) item"])("begins no list: %s", (text) => {
    expect(escapeMarkdown(text)).toMatch(/^1\\[.)] item$/);
  });

  it("parts what would link a commit, and no plain number", () => {
    expect(escapeMarkdown("c0ffee1 deadbeefdeadbeef")).toBe("c0ffee&#8203;1 deadbe&#8203;efdead&#8203;beef");
    expect(escapeMarkdown("1000000 of 20261127, facade")).toBe("1000000 of 20261127, facade");
  });

  it("keeps plain words as they are", () => {
    expect(escapeMarkdown("Mistral 7B on 4 GPUs, 86.7 kWh")).toBe("Mistral 7B on 4 GPUs, 86.7 kWh");
  });

  it("holds for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const out = escapeMarkdown(text);
        expect(out).not.toMatch(/[\n\r<>]|(?<!\\)[[\]`|]|@(?!&#8203;)/);
      }),
    );
  });
});

describe("codeSpan", () => {
  it.each(HOSTILE)("cannot be closed from inside: %j", (text) => {
    const out = codeSpan(text);
    expect(out).not.toMatch(/[\n\r]/);
    if (out.startsWith("<code>")) expect(out.slice(6, -7)).not.toMatch(/[<>|`@*_[]/);
    else {
      const fence = /^`+/.exec(out)?.[0] ?? "";
      const inner = out.slice(fence.length, -fence.length);
      expect(out.endsWith(fence)).toBe(true);
      expect((inner.match(/`+/g) ?? []).every((run) => run.length !== fence.length)).toBe(true);
      expect(inner).not.toContain("|");
    }
  });

  it("shows simple text simply, and empty text as such", () => {
    expect(codeSpan("k8s/vllm.yaml:12")).toBe("`k8s/vllm.yaml:12`");
    expect(codeSpan("")).toBe("(empty)");
  });
});

it("codeBlock keeps lines and cannot be closed from inside", () => {
  const out = codeBlock("a\n```\n````\nb", "yaml");
  expect(out.split("\n")[0]).toBe("`````yaml");
  expect(out.split("\n").at(-1)).toBe("`````");
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { blobId, onlyLine, textAdded, textBefore } from "./patch.ts";

const folder = mkdtempSync(join(tmpdir(), "ecocompute-patch-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What git itself says of two texts, without its header. */
function gitPatch(before: string, after: string) {
  writeFileSync(join(folder, "a"), before);
  writeFileSync(join(folder, "b"), after);
  let diff = "";
  try {
    execFileSync("git", ["diff", "--no-index", "--no-color", "--text", "a", "b"], { cwd: folder });
  } catch (cause) {
    // Its status is 1 where the two differ.
    if (cause instanceof Error && "stdout" in cause) diff = String(cause.stdout);
  }
  const at = diff.search(/^@@/m);
  const text = at < 0 ? "" : diff.slice(at).replace(/\n$/, "");
  const count = (sign: string) => text.split("\n").filter((line) => line.startsWith(sign)).length;
  return { text, additions: count("+"), deletions: count("-"), head_blob: blobId(after) };
}

const line = fc.constantFrom(
  "a: 1",
  "b: 2",
  "",
  "  - c",
  "+plus",
  "-minus",
  "\\ back",
  "@@ -1 +1 @@",
  "é 漢",
  "crlf\r",
);
const text = fc
  .tuple(fc.array(line, { maxLength: 14 }), fc.boolean())
  .map(([lines, ends]) => lines.join("\n") + (ends && lines.length > 0 ? "\n" : ""));

describe("textBefore", () => {
  test("law: undoes what git says of two texts", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(textBefore(after, gitPatch(before, after))).toBe(before);
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ["a patch that was cut", (patch: string) => patch.slice(0, -4)],
    ["a patch of another text", (patch: string) => patch.replace("six", "sex")],
    ["no patch", () => "hello"],
    ["a hunk beyond the end", (patch: string) => patch.replace(/\+\d+,/, "+900,")],
  ])("%s gives nothing", (_, spoil) => {
    const before = "one\ntwo\nthree\nfour\nfive\n";
    const after = "one\ntwo\nthree\n4\nfive\nsix\n";
    const patch = gitPatch(before, after);
    expect(textBefore(after, patch)).toBe(before);
    expect(textBefore(after, { ...patch, text: spoil(patch.text) })).toBeNull();
  });
});

describe("textAdded", () => {
  test("law: is the new file, when its id is the one that was listed", () => {
    fc.assert(
      fc.property(text, (added) => {
        fc.pre(added !== "");
        const patch = gitPatch("", added);
        expect(textAdded(patch)).toBe(added);
        expect(textAdded({ ...patch, head_blob: blobId("other") })).toBeNull();
      }),
      { numRuns: 60 },
    );
  });
});

describe("29: onlyLine", () => {
  const NO_END = "\\ No newline at end of file";
  test.each([
    ["a new link", `@@ -0,0 +1 @@\n+/etc/passwd\n${NO_END}`, null, "/etc/passwd"],
    ["a link that leads elsewhere", `@@ -1 +1 @@\n-a.py\n${NO_END}\n+b.py\n${NO_END}`, "a.py", "b.py"],
    ["a line with its end", "@@ -0,0 +1 @@\n+x = 1", null, null],
    ["several lines", `@@ -0,0 +1,2 @@\n+a\n+b\n${NO_END}`, null, null],
    ["a line that stays", `@@ -1 +1,2 @@\n a\n+b\n${NO_END}`, null, null],
  ])("%s", (_, text, base, head) => {
    expect([onlyLine({ text }, "-"), onlyLine({ text }, "+")]).toEqual([base, head]);
  });
});

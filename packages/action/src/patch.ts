import { createHash } from "node:crypto";
import type { Patch } from "./source.ts";

const HUNK = /^@@ -\d{1,9}(?:,\d{1,9})? \+(\d{1,9})(?:,(\d{1,9}))? @@/;

interface Lines {
  readonly lines: readonly string[];
  readonly ends: boolean;
}
function linesOf(text: string): Lines {
  if (text === "") return { lines: [], ends: true };
  const lines = text.split("\n");
  const ends = lines.at(-1) === "";
  return { lines: ends ? lines.slice(0, -1) : lines, ends };
}

/**
 * The text before a patch, from the text after it. null where the patch is not whole or does not belong to the text:
 * GitHub leaves out or cuts the patches of large files.
 */
export function textBefore(after: string, patch: Omit<Patch, "head_blob">): string | null {
  const { lines: head, ends } = linesOf(after);
  const base: string[] = [];
  let at = 0;
  const count = { "+": 0, "-": 0 };
  let last = "";
  let noEnd = { base: false, head: false };
  for (const line of patch.text === "" ? [] : patch.text.replace(/\n$/, "").split("\n")) {
    const hunk = HUNK.exec(line);
    if (hunk) {
      // A hunk without lines of the head stands after the line that it names.
      const start = Number(hunk[1]) - (hunk[2] === "0" ? 0 : 1);
      if (start < at || start > head.length) return null;
      base.push(...head.slice(at, start));
      at = start;
      continue;
    }
    const [sign, text] = [line.charAt(0), line.slice(1)];
    if (sign === "+" || sign === " ") {
      if (head[at] !== text) return null;
      at += 1;
    }
    if (sign === "-" || sign === " ") base.push(text);
    if (sign === "+" || sign === "-") count[sign] += 1;
    else if (sign === "\\") noEnd = { base: noEnd.base || last !== "+", head: noEnd.head || last !== "-" };
    else if (sign !== " ") return null;
    last = sign;
  }
  if (count["+"] !== patch.additions || count["-"] !== patch.deletions) return null;
  if (noEnd.head && ends) return null;
  base.push(...head.slice(at));
  if (base.length === 0) return "";
  // A last line that the patch does not show is the same on both sides.
  const baseEnds = !noEnd.base && (noEnd.head || ends);
  return base.join("\n") + (baseEnds ? "\n" : "");
}

/** The whole text of a file that a patch adds; null unless its id is the one that GitHub lists. */
export function textAdded(patch: Patch): string | null {
  const swapped = patch.text.replace(/^@@ -(\S{1,21}) \+(\S{1,21}) @@/gm, "@@ -$2 +$1 @@").replace(/^[+-]/gm, swap);
  const text = textBefore("", { text: swapped, additions: patch.deletions, deletions: patch.additions });
  return text !== null && blobId(text) === patch.head_blob ? text : null;
}

/**
 * The only line of one side of a patch, where that side is one line without an end: what git keeps of a symlink, which
 * a patch does not tell from a file of that text.
 */
export function onlyLine({ text }: Pick<Patch, "text">, side: "+" | "-"): string | null {
  const lines = text.split("\n").slice(1);
  const own = lines.findIndex((line) => line.startsWith(side));
  const isOnly = !lines.some((line, i) => line.startsWith(" ") || (line.startsWith(side) && i !== own));
  const line = lines[own];
  return line !== undefined && isOnly && lines[own + 1]?.startsWith("\\") ? line.slice(1) : null;
}

const swap = (sign: string): string => (sign === "+" ? "-" : "+");

/** Git's own id of a file's content. */
export const blobId = (text: string): string =>
  createHash("sha1")
    .update(`blob ${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest("hex");

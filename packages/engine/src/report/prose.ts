import { PART, tame, unlinked } from "./escape.ts";

/** Longest sentence of ours that a report repeats, in UTF-16 units. */
const LONGEST = 1500;

/**
 * A sentence of ours, which may quote a user's text, as one line of Markdown that reads well unrendered too: words such as
 * `int8_default` stay as they are, paired backticks make code, and whatever could act (HTML, link, @mention, #123, emphasis,
 * table cell, list, heading) is neutralised.
 */
export function prose(text: string, max: number = LONGEST): string {
  const shown = tame(text, max);
  const parts = shown.split("`");
  const paired = parts.length % 2 === 1 && !shown.includes("``");
  const line = paired
    ? parts.map((part, i) => (i % 2 === 1 ? `\`${part.replaceAll("|", "\\|")}\`` : plain(part))).join("")
    : parts.map(plain).join("\\`");
  return atStart(line);
}

function plain(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replace(/&(?=[#a-z])/gi, "&amp;")
    .replace(/<(?! ?\d)/g, "&lt;")
    .replace(/>(?! ?\d)/g, "&gt;")
    .replace(/[*[\]|~]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/(?<![\s(+\u2212]|^)\$|\$(?!\d)/g, "\\$");
  // `#` before entities are added, for they hold one.
  return unlinked(escaped.replace(/#(?=\w)/g, `\\#${PART}`));
}

/** What makes a list, a heading, a quotation or a rule, at the start of a line only. */
const atStart = (line: string): string =>
  line.replace(/^(?:[#>=]|[+-](?![\d.]))/, "\\$&").replace(/^(\d{1,9})([.)])(?= |$)/, "$1\\$2");

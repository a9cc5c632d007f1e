/** What a span of text is; how that looks is decided in one place, `ansiText`. */
export type Style = "plain" | "strong" | "dim" | "code" | "critical" | "warning" | "info" | "good";

export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** One line of a terminal, without its end. */
export type Line = readonly Span[];

export const span = (text: string, style: Style = "plain"): Span => ({ text, style });
export const strong = (text: string): Span => span(text, "strong");
export const dim = (text: string): Span => span(text, "dim");
export const code = (text: string): Span => span(text, "code");

const widthOfText = (text: string): number => [...text].length;
export const widthOf = (line: Line): number => line.reduce((width, { text }) => width + widthOfText(text), 0);

/** Lines as plain text, each ended. */
export const plainText = (lines: readonly Line[]): string =>
  lines
    .map(
      (line) =>
        `${line
          .map(({ text }) => text)
          .join("")
          .trimEnd()}\n`,
    )
    .join("");

const ESC = "\u001b[";
/** Select Graphic Rendition, from the 8 colours that every terminal has and that its user may have chosen. */
const SGR: Readonly<Record<Style, string>> = {
  plain: "",
  strong: "1",
  dim: "2",
  code: "36",
  critical: "1;31",
  warning: "33",
  info: "34",
  good: "32",
};

/** The same lines with colour. Spans hold no escape of their own: what comes from a file is tamed before. */
export const ansiText = (lines: readonly Line[]): string => lines.map((line) => `${ansiLine(line)}\n`).join("");

function ansiLine(line: Line): string {
  const shown = joined(line);
  const last = shown.at(-1);
  const trimmed = last ? [...shown.slice(0, -1), span(last.text.trimEnd(), last.style)] : shown;
  return trimmed
    .map(({ text, style }) => (SGR[style] === "" || text.trim() === "" ? text : `${ESC}${SGR[style]}m${text}${ESC}0m`))
    .join("");
}

/** Neighbours of one style as one span; space has no style that shows. */
function joined(line: Line): Span[] {
  const spans: Span[] = [];
  for (const next of line) {
    if (next.text === "") continue;
    const last = spans.at(-1);
    if (last && (last.style === next.style || next.text.trim() === "" || last.text.trim() === "")) {
      const style = last.text.trim() === "" ? next.style : last.style;
      spans[spans.length - 1] = span(last.text + next.text, style);
    } else spans.push(next);
  }
  return spans;
}

const spaces = (count: number): string => " ".repeat(Math.max(0, count));
export const padEnd = (line: Line, width: number): Line => [...line, span(spaces(width - widthOf(line)))];
export const padStart = (line: Line, width: number): Line => [span(spaces(width - widthOf(line))), ...line];
export const indented = (lines: readonly Line[], by: number): Line[] =>
  lines.map((line) => (line.length === 0 ? line : [span(spaces(by)), ...line]));

/** Words of spans with the space before them; a word may change its style inside. */
function wordsOf(line: Line): { readonly spans: Span[]; readonly width: number }[] {
  const words: { spans: Span[]; width: number }[] = [];
  let open = false;
  for (const { text, style } of line) {
    // A number stays with its "%", a count with what it counts.
    for (const part of text.split(/((?<!×) +(?![%×]))/)) {
      if (part === "") continue;
      if (part.startsWith(" ")) {
        open = false;
        continue;
      }
      const last = words.at(-1);
      if (open && last) {
        last.spans.push(span(part, style));
        last.width += widthOfText(part);
      } else words.push({ spans: [span(part, style)], width: widthOfText(part) });
      open = true;
    }
  }
  return words;
}

/** Names and paths are cut after a mark, where there is one in the second half of the room. */
function cutAt(characters: readonly string[], room: number): number {
  for (let at = room; at >= room / 2; at -= 1) if (/[-/._:]/.test(characters[at - 1] ?? "")) return at;
  return room;
}

/**
 * Breaks a line at spaces so that it fits, where its words allow. With `hard` a longer word is cut too.
 * @param rest indent of all lines after the first
 */
export function wrap(line: Line, width: number, { rest = 0, hard = false } = {}): Line[] {
  const lines: Line[] = [];
  let current: Span[] = [];
  let used = 0;
  const flush = () => {
    lines.push(current);
    current = rest > 0 ? [span(spaces(rest))] : [];
    used = rest;
  };
  for (const word of wordsOf(line)) {
    const empty = used === (lines.length === 0 ? 0 : rest);
    if (!empty && used + 1 + word.width > width) flush();
    const fresh = used === (lines.length === 0 ? 0 : rest);
    if (hard && word.width > width - used) {
      for (const { text, style } of word.spans) {
        let left = [...text];
        while (left.length > 0) {
          const room = Math.max(1, width - used);
          const taken = left.length <= room ? left.length : cutAt(left, room);
          current.push(span(left.slice(0, taken).join(""), style));
          used += taken;
          left = left.slice(taken);
          if (left.length > 0) flush();
        }
      }
      continue;
    }
    if (!fresh) {
      current.push(span(" "));
      used += 1;
    }
    current.push(...word.spans);
    used += word.width;
  }
  lines.push(current);
  return lines;
}

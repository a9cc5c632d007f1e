import { lexer, type Token, type Tokens } from "marked";
import { SEVERITIES } from "../../domain/finding.ts";
import { code, dim, indented, type Line, type Span, type Style, span, strong, wrap } from "./styled.ts";
import { textTable } from "./text-table.ts";

/** Our own Markdown as lines of a terminal: headings, lists, tables, code. What `escape.ts` did to foreign text is undone. */
export const markdownText = (markdown: string, width: number): Line[] => blocks(lexer(markdown), width);

function blocks(tokens: readonly Token[], width: number): Line[] {
  const parts = tokens.flatMap((token) => {
    const lines = block(token, width);
    const isHeading = token.type === "heading" || token.type === "html";
    return lines.length > 0 ? [{ lines, isHeading }] : [];
  });
  // A heading stands close to what it is over.
  return parts.flatMap(({ lines }, index) => (index === 0 || parts[index - 1]?.isHeading ? lines : [[], ...lines]));
}

function block(token: Token, width: number): Line[] {
  switch (token.type) {
    case "heading":
      return [[strong(plainOf(inline(token.tokens ?? [])))]];
    case "paragraph":
    case "text":
      return wrap(inline(token.tokens ?? [token]), width);
    case "list":
      return list(token as Tokens.List, width);
    case "table":
      return table(token as Tokens.Table, width);
    case "code":
      return indented(
        String(token.text)
          .split("\n")
          .map((line) => [code(line)]),
        2,
      );
    case "blockquote":
      return indented(blocks(token.tokens ?? [], width - 2), 2);
    case "html":
      return summary(String(token.text));
    case "hr":
      return [[dim("─".repeat(width))]];
    default:
      return [];
  }
}

/** What a part that GitHub folds is called; a terminal shows it unfolded. Other tags of ours have no text. */
function summary(html: string): Line[] {
  const [, title] = /<summary>([^<]*)<\/summary>/.exec(html) ?? [];
  return title === undefined ? [] : [[strong(unescaped(title))]];
}

/** Items that are one paragraph stand close, others are parted by a line. */
function list({ items, ordered, start }: Tokens.List, width: number): Line[] {
  const first = typeof start === "number" ? start : 1;
  const rendered = items.map((item, index) => {
    const mark = ordered ? `${first + index}. ` : "• ";
    const parts = item.tokens.map((token) => block(token, width - mark.length)).filter((part) => part.length > 0);
    const lines = parts.flatMap((part, at) => (at > 0 && item.loose ? [[], ...part] : part));
    return lines.map(
      (line, at): Line => [span(at === 0 ? mark : line.length > 0 ? " ".repeat(mark.length) : ""), ...line],
    );
  });
  const loose = rendered.some((_, index) => items[index]?.loose);
  return rendered.flatMap((lines, index) => (loose && index > 0 ? [[], ...lines] : lines));
}

function table({ header, rows, align }: Tokens.Table, width: number): Line[] {
  const cells = rows.map((row) => row.map((cell) => inline(cell.tokens)));
  const columns = header.map((cell, index) => {
    const numbers = cells.filter((row) => /^[\d$≥+−—]/.test(plainOf(row[index] ?? []))).length;
    const isRight = align[index] === "right" && numbers * 2 >= cells.length;
    return { title: plainOf(inline(cell.tokens)), align: isRight ? ("right" as const) : ("left" as const) };
  });
  return textTable(
    columns,
    cells.map((row) => row.map((cell) => [cell])),
    width,
  );
}

function inline(tokens: readonly Token[], style: Style = "plain"): Span[] {
  return tokens.flatMap((token): Span[] => {
    if (token.type === "strong") return inline(token.tokens ?? [], styleOf(token.text));
    if (token.type === "codespan") return [code(String(token.text))];
    if (token.type === "br") return [span(" ")];
    // A tag of our own, such as <br> in a table: it has no text.
    if (token.type === "html") return /^<br/i.test(String(token.text)) ? [span(" ")] : [];
    if (token.type === "link") return inline(token.tokens ?? [], style);
    if ("tokens" in token && token.tokens) return inline(token.tokens, style);
    if (token.type === "escape") return [span(String(token.text), style)];
    return [span(unescaped(token.raw), style)];
  });
}

/** A severity in bold has its colour. */
const styleOf = (text: unknown): Style => SEVERITIES.find((severity) => severity === text) ?? "strong";

const plainOf = (spans: readonly Span[]): string => spans.map(({ text }) => text).join("");

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
/** Zero-width spaces only keep GitHub from linking. */
const ZERO_WIDTH = 8203;

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|([a-z]{2,4}));/g, (entity, number?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? entity;
    return Number(number) === ZERO_WIDTH ? "" : String.fromCodePoint(Math.min(Number(number), 0x10ffff));
  });
}

/** A line of a cell with the place of its first character in the notebook's text. */
export interface CellLine {
  readonly text: string;
  readonly offset: number;
}

export interface Cell {
  readonly type: string;
  readonly lines: readonly CellLine[];
}

const MAX_DEPTH = 60;

type Container = { readonly kind: "object" | "array"; key: string; readonly inSource: boolean };

/** Code and text of a notebook's cells, found in its JSON without losing their places; null: it is no notebook. Linear. */
export function notebookCells(json: string): readonly Cell[] | null {
  const stack: Container[] = [];
  const cells: { type: string; source: { text: string; offset: number }[] }[] = [];
  let expectKey = false;
  for (let i = 0; i < json.length; ) {
    const c = json.charAt(i);
    const top = stack.at(-1);
    if (c === "{" || c === "[") {
      if (stack.length >= MAX_DEPTH) return null;
      // root > cells > one cell
      const isCell = c === "{" && stack.length === 2 && stack[0]?.key === "cells" && top?.kind === "array";
      if (isCell) cells.push({ type: "", source: [] });
      const inSource = c === "[" && stack.length === 3 && stack[0]?.key === "cells" && top?.key === "source";
      stack.push({ kind: c === "{" ? "object" : "array", key: "", inSource });
      expectKey = c === "{";
      i += 1;
    } else if (c === "}" || c === "]") {
      stack.pop();
      expectKey = false;
      i += 1;
    } else if (c === ",") {
      expectKey = top?.kind === "object";
      i += 1;
    } else if (c === '"') {
      const end = closingQuote(json, i + 1);
      if (end < 0) return null;
      const cell = cells.at(-1);
      const ofCell = stack[0]?.key === "cells" && cell !== undefined;
      if (expectKey && top) {
        top.key = json.slice(i + 1, Math.min(end, i + 61));
        expectKey = false;
      } else if (ofCell && stack.length === 3 && top?.key === "cell_type")
        cell.type = json.slice(i + 1, Math.min(end, i + 41));
      else if (ofCell && ((stack.length === 3 && top?.key === "source") || (stack.length === 4 && top?.inSource))) {
        cell.source.push({ text: json.slice(i + 1, end), offset: i + 1 });
      }
      i = end + 1;
    } else i += 1;
  }
  if (stack.length > 0 || !/"nbformat"/.test(json)) return null;
  return cells.map(({ type, source }) => ({ type, lines: linesOf(source) }));
}

function closingQuote(json: string, from: number): number {
  for (let at = json.indexOf('"', from); at >= 0; at = json.indexOf('"', at + 1)) {
    let slashes = 0;
    while (json[at - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

/** Lines of a cell's strings: a line may go over several, and one string may hold several. */
function linesOf(source: readonly { readonly text: string; readonly offset: number }[]): readonly CellLine[] {
  const lines: { text: string; offset: number }[] = [];
  let open: { text: string; offset: number } | null = null;
  for (const { text, offset } of source) {
    let from = 0;
    while (from <= text.length) {
      const newline = nextNewline(text, from);
      const end = newline < 0 ? text.length : newline;
      const part = unescapeJson(text.slice(from, end));
      if (open) open.text += part;
      else open = { text: part, offset: offset + from };
      if (newline < 0) break;
      lines.push(open);
      open = null;
      from = newline + 2;
      if (from >= text.length) break;
    }
  }
  if (open) lines.push(open);
  return lines;
}

/** The next `\n` escape that is none of `\\n`. */
function nextNewline(text: string, from: number): number {
  for (let at = text.indexOf("\\", from); at >= 0; at = text.indexOf("\\", at + 2)) if (text[at + 1] === "n") return at;
  return -1;
}

function unescapeJson(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, plain: string | undefined) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return plain === "t" ? "\t" : plain === "r" ? "\r" : plain === "n" ? "\n" : (plain ?? "");
  });
}

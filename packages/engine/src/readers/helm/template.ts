import { type Pipeline, parsePipeline } from "./expression.ts";

/** A parsed template: text by its place, and actions. */
export type TemplateNode =
  | { readonly kind: "text"; readonly start: number; readonly end: number }
  | { readonly kind: "action"; readonly pipeline: Pipeline | null; readonly start: number; readonly end: number }
  | {
      readonly kind: "if" | "with" | "range";
      readonly branches: readonly Branch[];
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: "template"; readonly name: string; readonly pipeline: Pipeline | null };

export interface Branch {
  /** null: `else`. */
  readonly pipeline: Pipeline | null;
  /** `else with` of another kind is read as `if`. */
  readonly body: readonly TemplateNode[];
}

export interface Template {
  readonly body: readonly TemplateNode[];
  /** `{{ define "name" }}` */
  readonly defines: ReadonlyMap<string, readonly TemplateNode[]>;
}

interface Piece {
  readonly action: boolean;
  readonly start: number;
  readonly end: number;
  /** Of an action: what stands within, without trim markers. */
  readonly text: string;
  readonly offset: number;
}

const MAX_PIECES = 20_000;

/** Text and actions in turn, `{{-` and `-}}` applied; null: an action does not end. */
function split(content: string): readonly Piece[] | null {
  const pieces: Piece[] = [];
  let i = 0;
  let trimNext = false;
  while (i < content.length) {
    if (pieces.length > MAX_PIECES) return null;
    const open = content.indexOf("{{", i);
    const end = open < 0 ? content.length : open;
    const trims = open >= 0 && content.charAt(open + 2) === "-" && /\s/.test(content.charAt(open + 3));
    pushText(pieces, content, i, end, trimNext, trims);
    if (open < 0) break;
    const close = endOfAction(content, open + 2);
    if (close < 0) return null;
    const trimsAfter = content.charAt(close - 1) === "-" && /\s/.test(content.charAt(close - 2));
    const offset = open + (trims ? 3 : 2);
    const text = content.slice(offset, trimsAfter ? close - 1 : close);
    pieces.push({ action: true, start: open, end: close + 2, text, offset });
    trimNext = trimsAfter;
    i = close + 2;
  }
  return pieces;
}

function pushText(
  pieces: Piece[],
  content: string,
  from: number,
  to: number,
  trimStart: boolean,
  trimEnd: boolean,
): void {
  let [start, end] = [from, to];
  if (trimStart) while (start < end && /\s/.test(content.charAt(start))) start += 1;
  if (trimEnd) while (end > start && /\s/.test(content.charAt(end - 1))) end -= 1;
  if (start < end) pieces.push({ action: false, start, end, text: "", offset: start });
}

/** The `}}` that ends an action: not one within a string or a comment. */
function endOfAction(content: string, from: number): number {
  const comment = /^-?\s{0,40}\/\*/.test(content.slice(from, from + 45)) ? content.indexOf("*/", from) : -1;
  if (comment >= 0) return content.indexOf("}}", comment);
  let quote = "";
  for (let i = from; i < content.length; i += 1) {
    const c = content.charAt(i);
    if (quote !== "") {
      if (c === "\\" && quote !== "`") i += 1;
      else if (c === quote) quote = "";
    } else if (c === '"' || c === "`") quote = c;
    else if (c === "}" && content.charAt(i + 1) === "}") return i;
  }
  return -1;
}

/** Parses a template; null where it is none that Go's text/template would read. */
export function parseTemplate(content: string): Template | null {
  const pieces = split(content);
  if (!pieces) return null;
  const parsing: Parsing = { pieces, at: 0, defines: new Map() };
  const body = parseBody(parsing, 0);
  return body && parsing.at === pieces.length ? { body, defines: parsing.defines } : null;
}

interface Parsing {
  readonly pieces: readonly Piece[];
  at: number;
  readonly defines: Map<string, readonly TemplateNode[]>;
}

const MAX_DEPTH = 60;
const keywordOf = (text: string): string => /^\s*([a-z]+)\b/.exec(text.slice(0, 100))?.[1] ?? "";

/** Nodes up to an `end` or `else`, which is left to the caller. */
function parseBody(parsing: Parsing, depth: number): readonly TemplateNode[] | null {
  if (depth > MAX_DEPTH) return null;
  const nodes: TemplateNode[] = [];
  for (let piece = parsing.pieces[parsing.at]; piece; piece = parsing.pieces[parsing.at]) {
    if (!piece.action) {
      nodes.push({ kind: "text", start: piece.start, end: piece.end });
      parsing.at += 1;
      continue;
    }
    const keyword = keywordOf(piece.text);
    if (keyword === "end" || keyword === "else") return nodes;
    parsing.at += 1;
    if (/^\s*\/\*/.test(piece.text) || piece.text.trim() === "" || keyword === "break" || keyword === "continue")
      continue;
    const start = piece.text.indexOf(keyword) + keyword.length;
    if (keyword === "if" || keyword === "with" || keyword === "range") {
      const node = parseBranches(parsing, keyword, piece, start, depth);
      if (!node) return null;
      nodes.push(node);
    } else if (keyword === "define" || keyword === "block") {
      const body = parseBody(parsing, depth + 1);
      const name = nameIn(piece.text.slice(start));
      if (!body || name === null || !endsHere(parsing)) return null;
      parsing.defines.set(name, body);
      if (keyword === "block") nodes.push(templateNode(piece, start, name));
    } else if (keyword === "template") {
      const name = nameIn(piece.text.slice(start));
      if (name === null) return null;
      nodes.push(templateNode(piece, start, name));
    } else {
      nodes.push({
        kind: "action",
        pipeline: parsePipeline(piece.text, piece.offset),
        start: piece.start,
        end: piece.end,
      });
    }
  }
  return nodes;
}

const nameIn = (text: string): string | null => /^\s*"([^"]{1,200})"/.exec(text.slice(0, 300))?.[1] ?? null;

function templateNode(piece: Piece, start: number, name: string): TemplateNode {
  const rest = piece.text.slice(start);
  const after = rest.indexOf(name) + name.length + 1;
  return { kind: "template", name, pipeline: parsePipeline(rest.slice(after), piece.offset + start + after) };
}

/** The `end` that closes a block. */
function endsHere(parsing: Parsing): boolean {
  const piece = parsing.pieces[parsing.at];
  if (!piece || keywordOf(piece.text) !== "end") return false;
  parsing.at += 1;
  return true;
}

function parseBranches(
  parsing: Parsing,
  kind: "if" | "with" | "range",
  opening: Piece,
  from: number,
  depth: number,
): TemplateNode | null {
  const branches: Branch[] = [];
  let condition: Pipeline | null = parsePipeline(opening.text.slice(from), opening.offset + from);
  let isElse = false;
  for (;;) {
    const body = parseBody(parsing, depth + 1);
    const closing = parsing.pieces[parsing.at];
    if (!body || !closing) return null;
    // A condition that is not read counts as unknown.
    branches.push({ pipeline: isElse ? null : (condition ?? UNREAD), body });
    if (keywordOf(closing.text) === "end") {
      parsing.at += 1;
      return { kind, branches, start: opening.start, end: opening.end };
    }
    if (isElse) return null;
    parsing.at += 1;
    const rest = /^\s*else\b\s*(?:if|with)?/.exec(closing.text.slice(0, 100))?.[0] ?? "";
    isElse = closing.text.slice(rest.length).trim() === "";
    condition = isElse ? null : parsePipeline(closing.text.slice(rest.length), closing.offset + rest.length);
  }
}

/** A pipeline whose value is never known. */
const UNREAD: Pipeline = { declares: [], assigns: false, expression: { kind: "call", name: "", args: [], start: 0 } };

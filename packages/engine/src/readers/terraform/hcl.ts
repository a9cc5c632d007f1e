/** A part of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `name = expression`, the expression as written. */
export interface Attribute extends Span {
  readonly name: string;
  /** Where the name stands. */
  readonly at: number;
}

/** `type "label" "label" { … }`. */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly at: number;
  readonly body: Body;
}

export interface Body {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: readonly Block[];
}

const MAX_DEPTH = 40;
const MAX_ITEMS = 20_000;

interface Reading {
  readonly text: string;
  at: number;
  left: number;
}

/** Blocks and attributes of an HCL text; expressions stay text. What does not read ends its body. Linear in the text. */
export function readHcl(text: string): Body {
  return readBody({ text, at: 0, left: MAX_ITEMS }, text.length, 0);
}

/** Entries of an object, `{ A = 1, "B" : 2 }`, between its braces. */
export const readObject = (text: string, from: number, to: number): Body =>
  readBody({ text, at: from, left: MAX_ITEMS }, to, MAX_DEPTH);

function readBody(r: Reading, to: number, depth: number): Body {
  const attributes = new Map<string, Attribute>();
  const blocks: Block[] = [];
  while (r.left > 0) {
    skipBlank(r, to);
    if (r.at >= to || r.text[r.at] === "}") break;
    r.left -= 1;
    const at = r.at;
    const name = readName(r, to);
    if (name === null) {
      r.at += 1;
      continue;
    }
    skipSpaces(r, to);
    const next = r.text[r.at];
    if ((next === "=" && r.text[r.at + 1] !== "=") || next === ":") {
      r.at += 1;
      skipSpaces(r, to);
      const start = r.at;
      const end = expressionEnd(r.text, start, to);
      attributes.set(name, { name, at, start, end });
      r.at = Math.max(end, start + 1);
      continue;
    }
    const labels: string[] = [];
    while (r.at < to && labels.length < 4 && r.text[r.at] !== "{") {
      const label = readName(r, to);
      if (label === null) break;
      labels.push(label);
      skipSpaces(r, to);
    }
    if (r.text[r.at] !== "{" || depth >= MAX_DEPTH) continue;
    r.at += 1;
    const body = readBody(r, to, depth + 1);
    if (r.text[r.at] === "}") r.at += 1;
    blocks.push({ type: name, labels, at, body });
  }
  return { attributes, blocks };
}

function readName(r: Reading, to: number): string | null {
  if (r.text[r.at] === '"') {
    const end = closingQuote(r.text, r.at, to);
    const name = r.text.slice(r.at + 1, end - 1);
    r.at = end;
    return name.slice(0, 200);
  }
  const name = /^[A-Za-z_][\w.-]{0,200}/.exec(r.text.slice(r.at, Math.min(to, r.at + 204)))?.[0];
  if (name === undefined) return null;
  r.at += name.length;
  return name;
}

function skipSpaces(r: Reading, to: number): void {
  while (r.at < to && (r.text[r.at] === " " || r.text[r.at] === "\t")) r.at += 1;
}

function skipBlank(r: Reading, to: number): void {
  while (r.at < to) {
    const end = commentEnd(r.text, r.at, to);
    if (end > r.at) r.at = end;
    else if (/[\s,]/.test(r.text.charAt(r.at))) r.at += 1;
    else return;
  }
}

/** Behind a comment that starts here; the same offset where none does. */
function commentEnd(text: string, at: number, to: number): number {
  if (text[at] === "#" || (text[at] === "/" && text[at + 1] === "/")) {
    const end = text.indexOf("\n", at);
    return end < 0 || end > to ? to : end;
  }
  if (text[at] !== "/" || text[at + 1] !== "*") return at;
  const end = text.indexOf("*/", at + 2);
  return end < 0 || end > to ? to : end + 2;
}

/** Where an expression ends: at the end of its line, outside of brackets, strings and heredocs. */
function expressionEnd(text: string, from: number, to: number): number {
  let depth = 0;
  let i = from;
  while (i < to) {
    const c = text.charAt(i);
    const comment = commentEnd(text, i, to);
    if (comment > i && depth === 0) return i;
    if (comment > i) i = comment;
    else if (c === '"') i = closingQuote(text, i, to);
    else if (c === "<" && text[i + 1] === "<") i = heredocEnd(text, i, to)?.after ?? i + 2;
    else if (c === "(" || c === "[" || c === "{") {
      depth += 1;
      i += 1;
    } else if (c === ")" || c === "]" || c === "}") {
      if (depth === 0) return i;
      depth -= 1;
      i += 1;
    } else if (depth === 0 && (c === "\n" || c === ",")) return i;
    else i += 1;
  }
  return to;
}

/** Behind the quote that closes the one at `at`, over `${…}` and escapes; a string ends with its line at the latest. */
export function closingQuote(text: string, at: number, to: number): number {
  let depth = 0;
  for (let i = at + 1; i < to; i += 1) {
    const c = text[i];
    if (c === "\\") i += 1;
    else if (c === "\n") return i;
    else if (c === "$" && text[i + 1] === "{") {
      depth += 1;
      i += 1;
    } else if (c === "}" && depth > 0) depth -= 1;
    else if (c === '"' && depth === 0) return i + 1;
  }
  return to;
}

/** The body of a heredoc that starts at `at`; null: it is none. */
export function heredocEnd(
  text: string,
  at: number,
  to: number,
): { readonly body: Span; readonly after: number } | null {
  const head = /^<<-?(\w{1,60})[ \t\r]{0,20}\n/.exec(text.slice(at, at + 90));
  if (!head?.[1]) return null;
  const start = at + head[0].length;
  for (let line = start; line < to; ) {
    const newline = text.indexOf("\n", line);
    const end = newline < 0 || newline > to ? to : newline;
    if (end - line <= head[1].length + 200 && text.slice(line, end).trim() === head[1])
      return { body: { start, end: line }, after: end };
    line = end + 1;
  }
  return { body: { start, end: to }, after: to };
}

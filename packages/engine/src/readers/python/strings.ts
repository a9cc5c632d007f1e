import { evaluate } from "./evaluate.ts";
import type { PyModule } from "./module.ts";
import { plainString, unescaped } from "./plain-string.ts";
import { field, isPlainString, type PyNode, text } from "./tree.ts";

type Interpolated = (expression: PyNode) => string | null;

/** Text of a string, a run of strings or an f-string whose parts are known; null when a part is not. */
export const stringText = (module: PyModule, node: PyNode, depth: number): string | null =>
  joinedText(node, (expression) => {
    const value = evaluate(module, expression, depth + 1);
    return value.kind === "string" || value.kind === "number" ? String(value.value) : null;
  });

/** Text of a string that is written out; null for anything else. */
export const literalText = (node: PyNode): string | null =>
  node.type === "string" || node.type === "concatenated_string" ? joinedText(node, () => null) : null;

function joinedText(node: PyNode, interpolated: Interpolated): string | null {
  if (isPlainString(node)) return plainString(node)?.value ?? null;
  const parts: string[] = [];
  for (const child of node.children) {
    const part = partText(child, interpolated);
    if (part === null) return null;
    parts.push(part);
  }
  return parts.join("");
}

function partText(node: PyNode, interpolated: Interpolated): string | null {
  switch (node.type) {
    case "string":
      return joinedText(node, interpolated);
    case "string_start":
    case "string_end":
      return "";
    case "string_content":
      return contentText(node);
    case "interpolation": {
      const expression = field(node, "expression");
      return !expression || node.children.length > 1 ? null : interpolated(expression);
    }
    default:
      return null;
  }
}

/** A part of an f-string between its expressions. */
function contentText(node: PyNode): string | null {
  const { content } = node.source;
  let out = "";
  let from = node.start;
  for (const child of node.children) {
    out += content.slice(from, child.start);
    // `{{` and `}}` in an f-string stand for one brace.
    if (child.type === "escape_interpolation") out += text(child).slice(0, 1);
    else if (child.type === "escape_sequence") {
      const known = unescaped(text(child));
      if (known === null) return null;
      out += known;
    }
    from = child.end;
  }
  return out + content.slice(from, node.end);
}

/** A part of a string: known text, or null for what is not known. */
export interface StringPiece {
  readonly text: string | null;
  /** Offsets in the file. */
  readonly start: number;
  readonly end: number;
}

const MAX_PIECES = 2_000;

/** The parts of a string, a run of strings or a sum of them, in order; null: it is none. */
export function literalPieces(module: PyModule, node: PyNode): readonly StringPiece[] | null {
  const pieces: StringPiece[] = [];
  return addPieces(module, node, pieces, 0) ? pieces : null;
}

function addPieces(module: PyModule, node: PyNode, pieces: StringPiece[], depth: number): boolean {
  if (depth > 40 || pieces.length > MAX_PIECES) return false;
  if (isPlainString(node)) return addPlain(node, pieces);
  switch (node.type) {
    case "string":
    case "concatenated_string":
    case "parenthesized_expression":
      for (const child of node.children) if (!addPieces(module, child, pieces, depth + 1)) return false;
      return true;
    case "binary_operator": {
      const left = field(node, "left");
      const right = field(node, "right");
      if (!left || !right || module.content.slice(left.end, right.start).trim() !== "+") return false;
      if (!addPieces(module, left, pieces, depth + 1)) return false;
      if (!addPieces(module, right, pieces, depth + 1)) pieces.push({ text: null, start: right.start, end: right.end });
      return true;
    }
    case "string_start":
    case "string_end":
      return true;
    case "string_content":
      pieces.push({ text: contentText(node) ?? text(node), start: node.start, end: node.end });
      return true;
    case "interpolation": {
      const expression = field(node, "expression");
      const value = expression ? evaluate(module, expression, depth + 1) : null;
      const known = value?.kind === "string" || value?.kind === "number" ? String(value.value) : null;
      pieces.push({ text: node.children.length > 1 ? null : known, start: node.start, end: node.end });
      return true;
    }
    default:
      return false;
  }
}

function addPlain(node: PyNode, pieces: StringPiece[]): boolean {
  const plain = plainString(node);
  if (!plain) return false;
  const { written, value, start } = plain;
  if (written !== "") pieces.push({ text: value ?? written, start, end: start + written.length });
  return true;
}

import { evaluate } from "./evaluate.ts";
import { type PyModule, text } from "./module.ts";
import { field, type PyNode } from "./tree.ts";

type Source = Pick<PyModule, "content">;
type Interpolated = (expression: PyNode) => string | null;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\n", "\n"],
  ["\\t", "\t"],
  ["\\r", "\r"],
  ["\\\\", "\\"],
  ["\\'", "'"],
  ['\\"', '"'],
]);

/** Text of a string, a run of strings or an f-string whose parts are known; null when a part is not. */
export const stringText = (module: PyModule, node: PyNode, depth: number): string | null =>
  joinedText(module, node, (expression) => {
    const value = evaluate(module, expression, depth + 1);
    return value.kind === "string" || value.kind === "number" ? String(value.value) : null;
  });

/** Text of a string that is written out; null for anything else. */
export const literalText = (source: Source, node: PyNode): string | null =>
  node.type === "string" || node.type === "concatenated_string" ? joinedText(source, node, () => null) : null;

function joinedText(source: Source, node: PyNode, interpolated: Interpolated): string | null {
  const parts: string[] = [];
  for (const child of node.children) {
    const part = partText(source, child, interpolated);
    if (part === null) return null;
    parts.push(part);
  }
  return parts.join("");
}

function partText(source: Source, node: PyNode, interpolated: Interpolated): string | null {
  switch (node.type) {
    case "string":
      return joinedText(source, node, interpolated);
    case "string_start":
      return /b/i.test(text(source, node)) ? null : "";
    case "string_end":
      return "";
    case "string_content":
      return contentText(source, node);
    case "interpolation": {
      const expression = field(node, "expression");
      return !expression || node.children.length > 1 ? null : interpolated(expression);
    }
    default:
      return null;
  }
}

function contentText(source: Source, node: PyNode): string | null {
  let out = "";
  let from = node.start;
  for (const child of node.children) {
    const written = text(source, child);
    out += source.content.slice(from, child.start);
    // `{{` and `}}` in an f-string stand for one brace.
    if (child.type === "escape_interpolation") out += written.slice(0, 1);
    else if (child.type === "escape_sequence") {
      const known = ESCAPES.get(written);
      if (known === undefined) return null;
      out += known;
    }
    from = child.end;
  }
  return out + source.content.slice(from, node.end);
}

/** A part of a string: known text, or null for what is not known, with the place where it is written. */
export interface StringPiece {
  readonly text: string | null;
  readonly at: { readonly line: number; readonly column: number };
}

const MAX_PIECES = 2_000;

/** The parts of a string, a run of strings or a sum of them, in order; null: it is none. */
export function literalPieces(module: PyModule, node: PyNode): readonly StringPiece[] | null {
  const pieces: StringPiece[] = [];
  return addPieces(module, node, pieces, 0) ? pieces : null;
}

function addPieces(module: PyModule, node: PyNode, pieces: StringPiece[], depth: number): boolean {
  if (depth > 40 || pieces.length > MAX_PIECES) return false;
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
      if (!addPieces(module, right, pieces, depth + 1)) pieces.push({ text: null, at: right });
      return true;
    }
    case "string_start":
      return !/b/i.test(text(module, node));
    case "string_end":
      return true;
    case "string_content":
      pieces.push({ text: contentText(module, node) ?? text(module, node), at: node });
      return true;
    case "interpolation": {
      const expression = field(node, "expression");
      const value = expression ? evaluate(module, expression, depth + 1) : null;
      const known = value?.kind === "string" || value?.kind === "number" ? String(value.value) : null;
      pieces.push({ text: node.children.length > 1 ? null : known, at: node });
      return true;
    }
    default:
      return false;
  }
}

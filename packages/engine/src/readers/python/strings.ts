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

import { evaluate } from "./evaluate.ts";
import { type PyModule, text } from "./module.ts";
import { field, type PyNode } from "./tree.ts";

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\n", "\n"],
  ["\\t", "\t"],
  ["\\r", "\r"],
  ["\\\\", "\\"],
  ["\\'", "'"],
  ['\\"', '"'],
]);

/** Text of a string, a run of strings or an f-string whose parts are known; null when a part is not. */
export function stringText(module: PyModule, node: PyNode, depth: number): string | null {
  const parts: string[] = [];
  for (const child of node.children) {
    const part = partText(module, child, depth);
    if (part === null) return null;
    parts.push(part);
  }
  return parts.join("");
}

function partText(module: PyModule, node: PyNode, depth: number): string | null {
  switch (node.type) {
    case "string":
      return stringText(module, node, depth);
    case "string_start":
      return /b/i.test(text(module, node)) ? null : "";
    case "string_end":
      return "";
    case "string_content":
      return contentText(module, node);
    case "interpolation": {
      const expression = field(node, "expression");
      if (!expression || node.children.length > 1) return null;
      const value = evaluate(module, expression, depth + 1);
      return value.kind === "string" || value.kind === "number" ? String(value.value) : null;
    }
    default:
      return null;
  }
}

function contentText(module: PyModule, node: PyNode): string | null {
  let out = "";
  let from = node.start;
  for (const child of node.children) {
    const written = text(module, child);
    out += module.content.slice(from, child.start);
    // `{{` and `}}` in an f-string stand for one brace.
    if (child.type === "escape_interpolation") out += written.slice(0, 1);
    else if (child.type === "escape_sequence") {
      const known = ESCAPES.get(written);
      if (known === undefined) return null;
      out += known;
    }
    from = child.end;
  }
  return out + module.content.slice(from, node.end);
}

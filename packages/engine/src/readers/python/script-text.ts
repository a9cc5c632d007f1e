import type { ScriptText } from "../launches.ts";
import { lastAtOrBefore } from "../text-places.ts";
import type { PyModule } from "./module.ts";
import { reach } from "./reach.ts";
import { scopeOf } from "./scopes.ts";
import { literalPieces } from "./strings.ts";
import { field, type PyNode, text } from "./tree.ts";
import { UNKNOWN_PART } from "./word-lists.ts";

const MAX_DEPTH = 8;

/** A shell script in a string, an f-string, a sum of strings or a variable that holds one; what is not known stands as such. */
export function resolveString(module: PyModule, node: PyNode, depth = 0): ScriptText | null {
  module.budget.steps -= 1;
  if (depth > MAX_DEPTH || module.budget.steps < 0) return null;
  if (node.type === "identifier" || node.type === "attribute") {
    const value = assignedString(module, node);
    return value ? resolveString(module, value, depth + 1) : null;
  }
  if (node.type === "call") {
    // `shlex.split("…")`, `"…".split()`, `dedent("…")`.
    const callee = field(node, "function");
    const owner = callee?.type === "attribute" ? field(callee, "object") : null;
    const first = field(node, "arguments")?.children[0];
    const name = callee ? text(callee) : "";
    const inner = /(?:shlex\.split|dedent)$/.test(name)
      ? first
      : /\.(?:split|strip|format|replace)$/.test(name.slice(-10))
        ? owner
        : null;
    return inner ? resolveString(module, inner, depth + 1) : null;
  }
  const pieces = literalPieces(module, node);
  if (!pieces) return null;
  const starts: number[] = [];
  let length = 0;
  const script = pieces
    .map((piece) => {
      starts.push(length);
      const part = piece.text ?? UNKNOWN_PART;
      length += part.length;
      return part;
    })
    .join("");
  const offsetOf = (at: number): number => {
    const index = lastAtOrBefore(starts, at);
    const piece = pieces[index];
    return piece ? Math.min(piece.start + at - (starts[index] ?? 0), piece.end) : node.start;
  };
  const { places } = node.source;
  const place = (start: number, end: number) => places.at(offsetOf(start), offsetOf(Math.max(start, end - 1)) + 1);
  return { script, place };
}

function assignedString(module: PyModule, use: PyNode): PyNode | null {
  const name = text(use);
  for (let scope: PyNode | null = scopeOf(use); scope; scope = scope.parent ? scopeOf(scope) : null) {
    const own = scope === scopeOf(use);
    const found = (module.scopes.bindings.get(scope)?.get(name) ?? []).findLast(
      (b) =>
        b.kind === "assignment" && b.value && (!own || b.at.end <= use.start) && reach(module, b.at, use) !== "never",
    );
    if (found?.value) return found.value;
  }
  return null;
}

import type { PlacedWord } from "../engine-command.ts";
import { evaluate } from "./evaluate.ts";
import { calleeName, type PyModule } from "./module.ts";
import { onceOfModule } from "./once-of-module.ts";
import { reach } from "./reach.ts";
import { scopeOf } from "./scopes.ts";
import { positionOf } from "./state-facts.ts";
import { literalPieces } from "./strings.ts";
import { field, nodesBy, type PyNode, text } from "./tree.ts";
import { truth } from "./value.ts";

/** Stands in a text for what is not known: no word that holds it is. */
export const UNKNOWN_PART = "{{?}}";
const MAX_WORDS = 300;
const MAX_DEPTH = 12;

/** The words of a list that a command is made of, what is added to it later included; null: it is no list that is known. */
export function wordList(module: PyModule, node: PyNode, depth = 0): readonly PlacedWord[] | null {
  module.budget.steps -= 1;
  if (depth > MAX_DEPTH || module.budget.steps < 0) return null;
  switch (node.type) {
    case "list":
    case "tuple":
    case "parenthesized_expression":
      return node.type === "parenthesized_expression" && node.children[0]
        ? wordList(module, node.children[0], depth + 1)
        : node.children.slice(0, MAX_WORDS).flatMap((item) => itemWords(module, item, depth));
    case "binary_operator": {
      const left = field(node, "left");
      const right = field(node, "right");
      if (!left || !right || module.content.slice(left.end, right.start).trim() !== "+") return null;
      const first = wordList(module, left, depth + 1);
      return first && [...first, ...(wordList(module, right, depth + 1) ?? [unknownWord(right)])];
    }
    case "conditional_expression": {
      const chosen = chosenBy(module, node, depth);
      return chosen ? wordList(module, chosen, depth + 1) : null;
    }
    case "identifier":
    case "attribute":
      return namedList(module, node, depth);
    case "call": {
      const name = calleeName(module, node) ?? "";
      const first = field(node, "arguments")?.children[0];
      return first && /^(?:list|tuple|copy|copy\.copy)$/.test(name) ? wordList(module, first, depth + 1) : null;
    }
    default:
      return null;
  }
}

function itemWords(module: PyModule, item: PyNode, depth: number): readonly PlacedWord[] {
  if (item.type === "list_splat") {
    const inner = item.children[0];
    return (inner ? wordList(module, inner, depth + 1) : null) ?? [unknownWord(item)];
  }
  if (item.type === "comment") return [];
  const chosen = item.type === "conditional_expression" ? chosenBy(module, item, depth) : null;
  if (chosen) return itemWords(module, chosen, depth + 1);
  const value = evaluate(module, item, depth + 1);
  const at = positionOf(item);
  if (value.kind === "string") return [{ text: value.value, raw: value.value.slice(0, 200), at }];
  if (value.kind === "number") return [{ text: String(value.value), raw: String(value.value), at }];
  return [{ text: null, raw: knownStart(module, item), at }];
}

/** The side of `a if condition else b` that the file decides for; null: it does not. */
function chosenBy(module: PyModule, node: PyNode, depth: number): PyNode | null {
  const [whenTrue, condition, whenFalse] = node.children;
  const known = condition ? truth(evaluate(module, condition, depth + 1)) : null;
  return known === null ? null : ((known ? whenTrue : whenFalse) ?? null);
}

const unknownWord = (node: PyNode): PlacedWord => ({
  text: null,
  raw: text(node).slice(0, 120),
  at: positionOf(node),
});

/** `f"--max-num-seqs={n}"` → `--max-num-seqs={{?}}`: which flag it is, is known. */
function knownStart(module: PyModule, node: PyNode): string {
  const pieces = node.type === "string" ? literalPieces(module, node) : null;
  return pieces
    ? pieces
        .map((piece) => piece.text ?? UNKNOWN_PART)
        .join("")
        .slice(0, 200)
    : text(node).slice(0, 120);
}

/** A variable that holds a list: its value, then what `+=`, `append` and `extend` add before the use. */
function namedList(module: PyModule, use: PyNode, depth: number): readonly PlacedWord[] | null {
  const name = text(use);
  let scope: PyNode | null = scopeOf(use);
  while (scope) {
    const bindings = module.scopes.bindings.get(scope)?.get(name) ?? [];
    const start = bindings.findLast(
      (b) =>
        b.kind === "assignment" &&
        b.value &&
        (b.at.end <= use.start || scope !== scopeOf(use)) &&
        reach(module, b.at, use) !== "never",
    );
    if (start?.value) {
      const words = wordList(module, start.value, depth + 1);
      return words && [...words, ...added(module, name, scope, start.at, use, depth)];
    }
    if (bindings.length > 0) return null;
    scope = scope.parent ? scopeOf(scope) : null;
  }
  return null;
}

function added(
  module: PyModule,
  name: string,
  scope: PyNode,
  from: PyNode,
  use: PyNode,
  depth: number,
): readonly PlacedWord[] {
  const words: PlacedWord[] = [];
  for (const node of changes(module).get(name) ?? []) {
    module.budget.steps -= 1;
    if (node.start < from.end || (node.end > use.start && scope === scopeOf(use)) || scopeOf(node) !== scope) continue;
    const runs = reach(module, node, use);
    if (runs === "never") continue;
    const more = wordsAdded(module, node, depth);
    // In a branch that may not be taken each flag is one of unknown value.
    if (runs === "always") words.push(...more);
    else words.push(...more.filter(({ raw }) => raw.startsWith("-")).map((word) => ({ ...word, text: null })));
  }
  return words.slice(0, MAX_WORDS);
}

function wordsAdded(module: PyModule, node: PyNode, depth: number): readonly PlacedWord[] {
  if (node.type === "augmented_assignment") {
    const right = field(node, "right");
    return right ? (wordList(module, right, depth + 1) ?? [unknownWord(right)]) : [];
  }
  const callee = field(node, "function");
  const method = callee ? field(callee, "attribute") : null;
  const first = field(node, "arguments")?.children[0];
  if (!method || !first) return [];
  return text(method) === "append"
    ? itemWords(module, first, depth + 1)
    : (wordList(module, first, depth + 1) ?? [unknownWord(first)]);
}

/** `NAME += …`, `NAME.append(…)`, `NAME.extend(…)` of the file, in order. */
const changes = onceOfModule(({ nodes }) => nodesBy(nodes, changedBy));

function changedBy(node: PyNode): string | null {
  if (node.type === "augmented_assignment") {
    const left = field(node, "left");
    return left ? text(left) : null;
  }
  if (node.type !== "call") return null;
  const callee = field(node, "function");
  if (callee?.type !== "attribute") return null;
  const method = field(callee, "attribute");
  const owner = field(callee, "object");
  return method && owner && /^(?:append|extend)$/.test(text(method)) ? text(owner) : null;
}

import type { PyModule } from "./module.ts";
import { takesList } from "./prompts.ts";
import { contains, descendants, field, type PyNode, text } from "./tree.ts";

const BOUNDARIES = ["function_definition", "lambda", "class_definition", "module"];
const COMPREHENSIONS = ["list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"];
/** A loop over these already takes several prompts at a time. */
const BATCHED = /batch|loader|chunk/i;

/** The loop that hands prompts to `call` one by one, if there is one: its variable flows into the call's arguments. */
export function onePromptLoop(module: PyModule, call: PyNode): PyNode | null {
  for (let node = call.parent; node && !BOUNDARIES.includes(node.type); node = node.parent) {
    module.budget.steps -= 1;
    if (module.budget.steps < 0) return null;
    if (node.type === "for_statement" && flowsInto(module, node, node, call)) {
      return feedsItself(call) ? null : node;
    }
    if (COMPREHENSIONS.includes(node.type)) {
      const clause = node.children.find((child) => child.type === "for_in_clause");
      if (clause && flowsInto(module, clause, node, call)) return node;
    }
  }
  return null;
}

/** `answer, history = chat(question, history)`: each turn needs the one before. */
function feedsItself(call: PyNode): boolean {
  const assignment = call.parent?.type === "assignment" ? call.parent : null;
  const target = assignment ? field(assignment, "left") : null;
  const args = field(call, "arguments");
  if (!target || !args) return false;
  const given = new Set(identifiers(args));
  return identifiers(target).some((name) => given.has(name));
}

/** The function that a node stands in; null at module level. */
export function enclosingFunction(node: PyNode): PyNode | null {
  for (let at = node.parent; at; at = at.parent) if (at.type === "function_definition") return at;
  return null;
}

function flowsInto(module: PyModule, head: PyNode, loop: PyNode, call: PyNode): boolean {
  const left = field(head, "left");
  const right = field(head, "right");
  const args = field(call, "arguments");
  if (!left || !right || !args || contains(head === loop ? right : head, call)) return false;
  if (BATCHED.test(text(left)) || BATCHED.test(text(right)) || isStepped(module, right)) return false;
  const tainted = new Set(identifiers(left));
  if (head === loop) {
    for (const node of descendants(loop)) {
      module.budget.steps -= 1;
      if (module.budget.steps < 0) return false;
      // A prompt loop that asks a person is a conversation: it cannot be batched.
      if (node.type === "call" && text(field(node, "function") ?? node) === "input") return false;
      if (node.type !== "assignment" || node.end > call.start) continue;
      const value = field(node, "right");
      const target = field(node, "left");
      // A comprehension over what the loop gives is a list: several prompts at a time.
      if (value && /^(?:list|set)_comprehension$/.test(value.type)) continue;
      if (value && target && usesOne(module, value, tainted)) {
        for (const name of identifiers(target)) tainted.add(name);
      }
    }
  }
  // `generate(prompts, params, setting)` in a loop over settings.
  const [prompt] = args.children;
  if (prompt && takesList(module, call) && !usesOne(module, prompt, tainted)) return false;
  return args.children.some((argument) => !isSetting(argument) && usesOne(module, argument, tainted));
}

/** `max_new_tokens=n`: a length that the loop tries is no prompt. */
function isSetting(argument: PyNode): boolean {
  const name = argument.type === "keyword_argument" ? field(argument, "name") : null;
  return (
    name !== null && /^(?:max|min|num|top|do|temperature|repetition|seed|length|use|pad|eos)(?:_|$)/.test(text(name))
  );
}

/** `range(0, n, batch)` steps over batches. */
function isStepped(module: PyModule, iterable: PyNode): boolean {
  for (const node of descendants(iterable)) {
    module.budget.steps -= 1;
    if (module.budget.steps < 0) return false;
    if (node.type !== "call" || text(field(node, "function") ?? node) !== "range") continue;
    if ((field(node, "arguments")?.children.length ?? 0) === 3) return true;
  }
  return false;
}

/** Does the expression use one of the names, other than as the bounds of a slice? */
function usesOne(module: PyModule, expression: PyNode, names: ReadonlySet<string>): boolean {
  for (const node of descendants(expression)) {
    module.budget.steps -= 1;
    if (module.budget.steps < 0) return false;
    if (node.type !== "identifier" || !names.has(text(node))) continue;
    const parent = node.parent;
    if (parent?.type === "keyword_argument" && field(parent, "name") === node) continue;
    if (parent?.type === "attribute" && field(parent, "attribute") === node) continue;
    if (!insideSlice(node, expression)) return true;
  }
  return false;
}

function insideSlice(node: PyNode, top: PyNode): boolean {
  for (let at = node.parent; at && at !== top.parent; at = at.parent) if (at.type === "slice") return true;
  return false;
}

function identifiers(pattern: PyNode): readonly string[] {
  return [...descendants(pattern)].filter((node) => node.type === "identifier").map((node) => text(node));
}

import { callArguments } from "./arguments.ts";
import { evaluate } from "./evaluate.ts";
import { calleeName, ownerOf, type PyModule } from "./module.ts";
import { onceOfModule } from "./once-of-module.ts";
import { OF_THE_CALLER, optionValue, parameterValue } from "./parameters.ts";
import { reach } from "./reach.ts";
import { type Binding, scopeOf } from "./scopes.ts";
import { ancestor, contains, descendants, field, type PyNode, text } from "./tree.ts";
import { type PyValue, sameValue, unknown } from "./value.ts";

const tableOf = (module: PyModule, scope: PyNode, target: string): readonly Binding[] =>
  ownerOf(module, scope).scopes.bindings.get(scope)?.get(target) ?? [];

/** Value of a name at the place that uses it: the last binding that reaches it, scope by scope. */
export function resolveName(module: PyModule, node: PyNode, depth: number): PyValue {
  const name = text(node);
  let scope: PyNode | null = scopeOf(node);
  for (let local = true; scope; local = false) {
    // A class body is not visible from its methods.
    if (local || scope.type !== "class_definition") {
      const all = tableOf(module, scope, name);
      module.budget.steps -= all.length;
      const bindings = all.filter(
        (b) =>
          !local ||
          b.kind === "definition" ||
          (b.at.end <= node.start && !contains(b.at, node)) ||
          b.kind === "parameter",
      );
      if (bindings.length > 0)
        return withItems(module, scope, name, pick(module, bindings, local ? node : null, node, depth), node, depth);
    }
    scope = scope.parent ? scopeOf(scope) : null;
  }
  const imported = module.imports.get(name);
  if (imported !== undefined)
    return importedValue(module, imported, node, depth) ?? { kind: "symbol", name: imported, at: node };
  return starValue(module, name, node, depth) ?? unknown(node, "a name that the file does not set");
}

/** Modules on the way of a name that is handed on from one to the next. */
const MAX_IMPORTS = 24;

/** What a dotted name stands for that leads into another file of the repository; null: it leads to none, or to a module. */
export function importedValue(module: PyModule, dotted: string, node: PyNode, depth: number): PyValue | null {
  module.budget.steps -= 1;
  if (depth > MAX_IMPORTS || module.budget.steps < 0) return null;
  const found = module.elsewhere.find(module, dotted);
  const [name, ...attributes] = found?.rest ?? [];
  if (!found || name === undefined) return null;
  let value = globalValue(found.module, name, node, depth + 1);
  for (const attribute of attributes) value = value && memberOf(found.module, value, attribute, node, depth + 1);
  return value;
}

/** What a name of the module's own holds when all of it has run. */
function globalValue(module: PyModule, name: string, node: PyNode, depth: number): PyValue | null {
  const bindings = tableOf(module, module.root, name);
  if (bindings.length > 0)
    return withItems(module, module.root, name, pick(module, bindings, null, node, depth), node, depth);
  const imported = module.imports.get(name);
  return imported === undefined
    ? starValue(module, name, node, depth)
    : importedValue(module, imported, node, depth + 1);
}

/** `from config import *`: the last that has the name. */
function starValue(module: PyModule, name: string, node: PyNode, depth: number): PyValue | null {
  for (const star of module.stars.slice(-MAX_IMPORTS).reverse()) {
    const value = importedValue(module, `${star}${star.endsWith(".") ? "" : "."}${name}`, node, depth + 1);
    if (value) return value;
  }
  return null;
}

/** The last binding that surely reaches the use; earlier ones in branches must agree with it. */
function pick(
  module: PyModule,
  bindings: readonly Binding[],
  use: PyNode | null,
  node: PyNode,
  depth: number,
): PyValue {
  let found: PyValue | null = null;
  for (let i = bindings.length - 1; i >= 0; i -= 1) {
    module.budget.steps -= 1;
    const binding = bindings[i];
    if (!binding) continue;
    const reaches = binding.kind === "parameter" ? "always" : reach(module, binding.at, use, depth);
    if (reaches === "never") continue;
    const value = bindingValue(module, binding, node, depth);
    if (found && !sameValue(found, value)) {
      // In every branch it is the caller's: that is what is to be told.
      const alike = found.kind === "unknown" && value.kind === "unknown" && found.why === value.why;
      return alike ? found : unknown(node, "depends on a branch");
    }
    found = value;
    if (reaches === "always") return found;
  }
  return found && bindings.length > 1 ? found : unknown(node, found ? "set only in a branch" : "never set");
}

function bindingValue(module: PyModule, binding: Binding, node: PyNode, depth: number): PyValue {
  if (binding.kind === "parameter") return parameterValue(module, binding, node, depth);
  if (binding.kind === "definition" && binding.value) return definitionValue(binding.value);
  if (!binding.value) return unknown(node, "not set by a plain assignment");
  return evaluate(module, binding.value, depth + 1);
}

/** A function with one return stands for it; a class for itself. */
function definitionValue(definition: PyNode): PyValue {
  if (definition.type === "class_definition") return { kind: "call", name: null, call: definition, at: definition };
  const returns: PyNode[] = [];
  for (const node of descendants(definition)) {
    if (node.type === "return_statement" && scopeOf(node) === definition) returns.push(node);
  }
  const [only] = returns;
  return only && returns.length === 1
    ? { kind: "call", name: null, call: only, at: only }
    : unknown(definition, "a function of several returns");
}

/** `args.model`, `self.model`, `config.model` of a class in this file; null when it is none of these. */
export function resolveAttribute(module: PyModule, node: PyNode, depth: number): PyValue | null {
  const owner = field(node, "object");
  const attribute = field(node, "attribute");
  if (owner?.type !== "identifier" || !attribute) return null;
  const name = text(attribute);
  const ownerName = text(owner);
  if (module.imports.has(ownerName)) return null;
  if (ownerName === "self" || ownerName === "cls") return selfValue(module, node, `${ownerName}.${name}`, name, depth);
  const local = tableOf(module, scopeOf(node), `${ownerName}.${name}`).filter(
    (b) => b.at.end <= node.start && reach(module, b.at, node, depth) !== "never",
  );
  if (local.length > 0) return pick(module, local, node, node, depth);
  const object = resolveName(module, owner, depth + 1);
  return memberOf(module, object, name, node, depth);
}

/** An attribute of an object: of parsed arguments, of a class of the repository; null when it is none of these. */
function memberOf(module: PyModule, object: PyValue, name: string, node: PyNode, depth: number): PyValue | null {
  if (object.kind === "call" && object.call.type === "call") {
    const own = ownerOf(module, object.call);
    const called = calleeName(own, object.call) ?? "";
    if (/(^|\.)(parse_args|parse_known_args|parse_args_into_dataclasses)$/.test(called)) {
      return optionValue(own, name, node, depth);
    }
    const passed = callArguments(own, object.call, depth + 2).keywords.get(name);
    if (passed) return passed;
    const definition = classNamed(own, called, node, depth);
    if (definition) return classValue(module, definition, name, node, depth);
  }
  if (object.kind === "call" && object.call.type === "class_definition") {
    return classValue(module, object.call, name, node, depth);
  }
  if (object.kind !== "unknown") return null;
  const filled = optionValue(module, name, node, depth) ?? argumentClassValue(module, name, node, depth);
  if (filled) return filled;
  // What a library is handed: its attributes are the caller's too.
  return object.why === OF_THE_CALLER ? unknown(node, OF_THE_CALLER) : null;
}

/** A class of the module or of one that it imports. */
function classNamed(module: PyModule, called: string, node: PyNode, depth: number): PyNode | null {
  const own = tableOf(module, module.root, called).find((b) => b.at.type === "class_definition");
  if (own) return own.at;
  const imported = importedValue(module, called, node, depth + 1);
  return imported?.kind === "call" && imported.call.type === "class_definition" ? imported.call : null;
}

/** Functions that fill classes of the file from the command line: HfArgumentParser, tyro, simple-parsing. */
const FILLS_CLASSES = /(?:^|\.)(?:HfArgumentParser|TrlParser|cli|add_arguments|ArgumentParser)$/;

const classesOfArguments = onceOfModule((module): readonly PyNode[] => {
  const found = new Set<PyNode>();
  for (const [callee, calls] of module.callsOf) {
    if (!FILLS_CLASSES.test(callee.slice(-60))) continue;
    for (const call of calls.slice(0, 20)) {
      for (const child of descendants(field(call, "arguments") ?? call)) {
        if (child.type !== "identifier") continue;
        const definition = tableOf(module, module.root, text(child)).find((b) => b.at.type === "class_definition");
        if (definition) found.add(definition.at);
      }
    }
  }
  return [...found];
});

/** An attribute of a class that command-line arguments fill: its default. */
function argumentClassValue(module: PyModule, name: string, node: PyNode, depth: number): PyValue | null {
  for (const definition of classesOfArguments(module)) {
    module.budget.steps -= 1;
    const value = classValue(module, definition, name, node, depth);
    if (value) return value;
  }
  return null;
}

function classValue(module: PyModule, definition: PyNode, name: string, node: PyNode, depth: number): PyValue | null {
  const bindings = tableOf(module, definition, name);
  return bindings.length > 0 ? pick(module, bindings, null, node, depth) : null;
}

function selfValue(module: PyModule, node: PyNode, target: string, name: string, depth: number): PyValue {
  const owner = ancestor(node, ["class_definition"]);
  if (!owner) return unknown(node, "an attribute that the file does not set");
  const before = tableOf(module, scopeOf(node), target).filter((b) => b.at.end <= node.start);
  if (before.some((b) => reach(module, b.at, node, depth) === "always")) return pick(module, before, node, node, depth);
  const bindings: Binding[] = [];
  for (const [scope, table] of module.scopes.bindings) {
    module.budget.steps -= 1;
    if (contains(owner, scope) && scope !== owner) bindings.push(...(table.get(target) ?? []));
  }
  if (disagree(module, bindings, node, depth)) return unknown(node, "methods set different values");
  if (bindings.length > 0) return pick(module, bindings, null, node, depth);
  return classValue(module, owner, name, node, depth) ?? unknown(node, "an attribute that the file does not set");
}

/** Which method ran last is not known: where several set the attribute, all must set the same. */
function disagree(module: PyModule, bindings: readonly Binding[], node: PyNode, depth: number): boolean {
  if (new Set(bindings.map((b) => scopeOf(b.at))).size < 2) return false;
  const reaching = bindings.filter((b) => reach(module, b.at, null, depth) !== "never");
  module.budget.steps -= bindings.length;
  const [first, ...others] = reaching;
  if (!first || new Set(reaching.map((b) => scopeOf(b.at))).size < 2) return false;
  const value = bindingValue(module, first, node, depth);
  return others.some((b) => !sameValue(value, bindingValue(module, b, node, depth)));
}

/** Adds `name["key"] = …`, `name.update(…)` and `name.setdefault(…)` that reach the use to a dict. */
function withItems(
  module: PyModule,
  scope: PyNode,
  name: string,
  value: PyValue,
  node: PyNode,
  depth: number,
): PyValue {
  if (value.kind !== "dict") return value;
  const entries = new Map(value.entries);
  let complete = value.complete;
  const set = (at: PyNode, key: string, entry: PyValue) => {
    const reaches = reach(module, at, node, depth);
    if (reaches === "never") return;
    entries.set(key, reaches === "always" ? entry : unknown(entry.at, "set only in a branch"));
  };
  const use = scopeOf(node) === scope ? node.start : Number.POSITIVE_INFINITY;
  for (const binding of tableOf(module, scope, `${name}[]`)) {
    module.budget.steps -= 1;
    if (module.budget.steps < 0) break;
    if (binding.at.end > use || binding.at.start < value.at.start || !binding.key || !binding.value) continue;
    const key = evaluate(module, binding.key, depth + 1);
    if (key.kind === "string") set(binding.at, key.value, evaluate(module, binding.value, depth + 1));
    else complete = false;
  }
  for (const call of module.callsOf.get(`${name}.update`) ?? []) {
    module.budget.steps -= 1;
    if (call.start < value.at.end || call.end > use || scopeOf(call) !== scope) continue;
    const args = callArguments(module, call, depth + 1);
    const [first] = args.positional;
    if (first?.kind === "dict") for (const [key, entry] of first.entries) set(call, key, entry);
    const known = first === undefined || (first.kind === "dict" && first.complete);
    if (!known || args.open.length > 0) complete = false;
    for (const [key, entry] of args.keywords) set(call, key, entry);
  }
  return { ...value, entries, complete };
}

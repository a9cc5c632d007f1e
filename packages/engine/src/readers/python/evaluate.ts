import { callArguments } from "./arguments.ts";
import { attributeOf, evaluateMethod } from "./methods.ts";
import { calleeName, ownerOf, type PyModule, qualifiedName } from "./module.ts";
import { evaluateOperator } from "./operators.ts";
import { OF_THE_CALLER } from "./parameters.ts";
import { importedValue, resolveAttribute, resolveName } from "./resolve.ts";
import { isBound } from "./scopes.ts";
import { stringText } from "./strings.ts";
import { field, type PyNode, text } from "./tree.ts";
import { configValue } from "./truss.ts";
import { GIVEN_BY_ENVIRONMENT, MAX_STRING, type PyValue, truth, unknown } from "./value.ts";

const MAX_DEPTH = 40;

const ENVIRONMENT_READS = ["os.environ.get", "os.getenv", "os.environ.setdefault", "environ.get", "getenv"];
const CASTS = ["int", "float", "str", "bool"];
/** Constructors whose first argument or `default` is the value: pydantic, dataclasses, typer, cog. */
const DEFAULT_WRAPPERS = ["Field", "field", "Option", "Argument", "Query", "Body", "Form", "Input"];

/** Static value of an expression, as far as simple resolution goes; never guesses. */
export function evaluate(module: PyModule, node: PyNode, depth = 0): PyValue {
  module.budget.steps -= 1;
  if (depth > MAX_DEPTH || module.budget.steps < 0) return unknown(node, "too deeply nested to follow");
  const owner = ownerOf(module, node);
  if (owner !== module) return evaluate(owner, node, depth);
  switch (node.type) {
    case "string":
    case "concatenated_string": {
      const value = stringText(module, node, depth);
      return value === null || value.length > MAX_STRING
        ? unknown(node, "part of the text is not known")
        : { kind: "string", value, at: node };
    }
    case "integer":
    case "float": {
      const value = Number(text(node).replaceAll("_", ""));
      return Number.isFinite(value) ? { kind: "number", value, at: node } : unknown(node, "not a plain number");
    }
    case "true":
    case "false":
      return { kind: "boolean", value: node.type === "true", at: node };
    case "none":
      return { kind: "none", at: node };
    case "parenthesized_expression":
    case "await": {
      const inner = node.children[0];
      return inner ? evaluate(module, inner, depth + 1) : unknown(node, "empty");
    }
    case "identifier":
      return resolveName(module, node, depth);
    case "attribute":
      return evaluateAttribute(module, node, depth);
    case "subscript":
      return evaluateSubscript(module, node, depth);
    case "dictionary":
      return evaluateDictionary(module, node, depth);
    case "list":
    case "tuple":
    case "set":
      return { kind: "list", items: node.children, at: node };
    case "unary_operator":
    case "not_operator":
    case "boolean_operator":
    case "binary_operator":
    case "comparison_operator":
    case "conditional_expression":
      return evaluateOperator(module, node, depth);
    case "named_expression": {
      const value = field(node, "value");
      return value ? evaluate(module, value, depth + 1) : unknown(node, "empty");
    }
    case "call":
      return evaluateCall(module, node, depth);
    default:
      return unknown(node, `${node.type.replaceAll("_", " ")} is not followed`);
  }
}

function evaluateAttribute(module: PyModule, node: PyNode, depth: number): PyValue {
  const resolved = resolveAttribute(module, node, depth);
  if (resolved) return resolved;
  const name = qualifiedName(module, node);
  const first = name?.split(".")[0];
  if (first !== undefined && isBound(module, first)) return unknown(node, "an attribute that the file does not set");
  const elsewhere = name === null ? null : importedValue(module, name, node, depth + 1);
  if (elsewhere) return elsewhere;
  // `import torch` binds the module under its own name.
  return name !== null && first !== undefined && /^[a-z_]\w*$/.test(first)
    ? { kind: "symbol", name, at: node }
    : unknown(node, "an attribute that the file does not set");
}

function evaluateSubscript(module: PyModule, node: PyNode, depth: number): PyValue {
  const owner = field(node, "value");
  const key = field(node, "subscript");
  if (!owner || !key) return unknown(node, "not a plain item");
  if (qualifiedName(module, owner) === "os.environ") return unknown(node, GIVEN_BY_ENVIRONMENT);
  if (module.config && /^kwargs\[["']config["']\]$/.test(text(node))) return configValue(module.config, node);
  const container = evaluate(module, owner, depth + 1);
  const index = evaluate(module, key, depth + 1);
  if (container.kind === "dict" && (index.kind === "string" || index.kind === "number")) {
    const value = container.entries.get(String(index.value));
    return value ?? unknown(node, "an item that the file does not set");
  }
  if (container.kind === "list" && index.kind === "number") {
    const item = container.items.at(index.value);
    return item ? evaluate(module, item, depth + 1) : unknown(node, "no such item");
  }
  const handed = container.kind === "unknown" && container.why === OF_THE_CALLER;
  return unknown(node, handed ? OF_THE_CALLER : "an item of something unknown");
}

function evaluateDictionary(module: PyModule, node: PyNode, depth: number): PyValue {
  const entries = new Map<string, PyValue>();
  let complete = true;
  for (const child of node.children) {
    if (child.type === "dictionary_splat") {
      const inner = child.children[0];
      const value = inner ? evaluate(module, inner, depth + 1) : null;
      if (value?.kind === "dict") {
        for (const [key, entry] of value.entries) entries.set(key, entry);
        complete &&= value.complete;
      } else complete = false;
      continue;
    }
    const key = field(child, "key");
    const value = field(child, "value");
    const name = key ? evaluate(module, key, depth + 1) : null;
    if (value && (name?.kind === "string" || name?.kind === "number")) {
      entries.set(String(name.value), evaluate(module, value, depth + 1));
    } else complete = false;
  }
  return { kind: "dict", entries, complete, at: node };
}

function evaluateCall(module: PyModule, node: PyNode, depth: number): PyValue {
  const name = calleeName(module, node) ?? methodName(node);
  if (name === null) return { kind: "call", name, call: node, at: node };
  const args = callArguments(module, node, depth + 1);
  const { positional, keywords, open } = args;
  const last = name.slice(name.lastIndexOf(".") + 1);
  if (ENVIRONMENT_READS.includes(name)) {
    return positional[1] ?? keywords.get("default") ?? unknown(node, GIVEN_BY_ENVIRONMENT);
  }
  if (name === "dict") {
    const [copied] = positional;
    const from = copied?.kind === "dict" ? copied : null;
    const complete = open.length === 0 && (copied === undefined || from?.complete === true);
    return { kind: "dict", entries: new Map([...(from?.entries ?? []), ...keywords]), complete, at: node };
  }
  if (CASTS.includes(name)) return cast(name, positional[0] ?? unknown(node, "nothing to convert"), node);
  if (DEFAULT_WRAPPERS.includes(last)) {
    const value = keywords.get("default") ?? positional[0];
    if (value && value.kind !== "symbol") return value;
  }
  const method = evaluateMethod(module, node, name, args, depth);
  if (method) return method;
  if (name === "getattr")
    return (
      attributeOf(module, positional, node) ?? positional[2] ?? unknown(node, "an attribute that the file does not set")
    );
  const argument = field(node, "function");
  if (argument?.type === "identifier") {
    const returned = resolveName(module, argument, depth + 1);
    // A function of one return is followed there; what another file's is handed, its callers in that file do not say.
    const isOwn = returned.at.source === node.source;
    const isHanded = positional.length + keywords.size + open.length > 0;
    if (returned.kind === "call" && returned.call.type === "return_statement" && (isOwn || !isHanded)) {
      const value = returned.call.children[0];
      if (value) return evaluate(module, value, depth + 1);
    }
  }
  return { kind: "call", name: calleeName(module, node), call: node, at: node };
}

/** `Path(x).resolve()` → `().resolve`: a method of something that has no plain name. */
function methodName(node: PyNode): string | null {
  const callee = field(node, "function");
  const attribute = callee?.type === "attribute" ? field(callee, "attribute") : null;
  return attribute ? `().${text(attribute)}` : null;
}

function cast(type: string, value: PyValue, node: PyNode): PyValue {
  if (type === "str")
    return value.kind === "number" ? { kind: "string", value: String(value.value), at: value.at } : value;
  if (type === "bool") {
    const known = truth(value);
    return known === null
      ? unknown(node, "depends on something unknown")
      : { kind: "boolean", value: known, at: value.at };
  }
  if (value.kind === "string") {
    const number = Number(value.value.trim() === "" ? Number.NaN : value.value);
    return Number.isFinite(number) ? { kind: "number", value: number, at: value.at } : unknown(node, "not a number");
  }
  return value;
}

import { field, type PyNode, text } from "./tree.ts";

const SCOPE_TYPES = ["function_definition", "lambda", "class_definition", "module"];

/** A place that gives a name, an attribute or an item its value. */
export interface Binding {
  /** `model`, `self.model`, `model.config.use_cache`. */
  readonly target: string;
  /** null: bound to something that is no expression (a loop, an import, an augmented assignment). */
  readonly value: PyNode | null;
  readonly kind: "assignment" | "parameter" | "definition" | "other";
  readonly at: PyNode;
  /** For `kwargs["quantization_config"] = …`. */
  readonly key?: PyNode;
}

export interface Scopes {
  readonly bindings: ReadonlyMap<PyNode, ReadonlyMap<string, readonly Binding[]>>;
}

export function scopeOf(node: PyNode): PyNode {
  let at = node;
  for (let up = node.parent; up; up = up.parent) {
    at = up;
    if (SCOPE_TYPES.includes(up.type)) return up;
  }
  return at;
}

const PARAMETERS = ["identifier", "default_parameter", "typed_default_parameter", "typed_parameter"];

/** Every binding of the file, by scope and target. */
export function bindingsOf(root: PyNode, nodes: readonly PyNode[]): Scopes {
  const bindings = new Map<PyNode, Map<string, Binding[]>>();
  const add = (scope: PyNode, binding: Binding) => {
    const table = bindings.get(scope) ?? new Map<string, Binding[]>();
    bindings.set(scope, table);
    const list = table.get(binding.target);
    if (list) list.push(binding);
    else table.set(binding.target, [binding]);
  };
  const bindOther = (pattern: PyNode, at: PyNode) => {
    const names = pattern.type === "identifier" ? [pattern] : pattern.children.filter((c) => c.type === "identifier");
    for (const name of names) add(scopeOf(at), { target: text(name), value: null, kind: "other", at });
  };
  for (const node of nodes) {
    switch (node.type) {
      case "assignment": {
        const left = field(node, "left");
        let right = field(node, "right");
        // `a = b = value`: every target has the last value.
        while (right?.type === "assignment") right = field(right, "right");
        if (!left || (!right && node.parent?.parent?.type !== "class_definition")) break;
        if (left.type === "identifier" || left.type === "attribute") {
          if (right) add(scopeOf(node), { target: text(left), value: right, kind: "assignment", at: node });
        } else if (left.type === "subscript") {
          const owner = field(left, "value");
          const key = field(left, "subscript");
          if (owner && key) {
            add(scopeOf(node), { target: `${text(owner)}[]`, value: right, kind: "assignment", at: node, key });
          }
        } else if (
          right &&
          right.children.length === left.children.length &&
          /^(tuple|list|expression_list)$/.test(right.type)
        ) {
          for (const [i, name] of left.children.entries()) {
            const value = right.children[i] ?? null;
            if (name.type === "identifier")
              add(scopeOf(node), { target: text(name), value, kind: "assignment", at: node });
          }
        } else bindOther(left, node);
        break;
      }
      case "named_expression": {
        const name = field(node, "name");
        if (name) add(scopeOf(node), { target: text(name), value: field(node, "value"), kind: "assignment", at: node });
        break;
      }
      case "augmented_assignment":
      case "for_statement":
      case "for_in_clause": {
        const left = field(node, "left");
        if (left) bindOther(left, node);
        break;
      }
      case "as_pattern_target":
        bindOther(node, node);
        break;
      case "parameters":
      case "lambda_parameters":
        for (const parameter of node.children) {
          if (parameter.type === "dictionary_splat_pattern") {
            const rest = parameter.children[0];
            if (rest) add(scopeOf(node), { target: text(rest), value: null, kind: "parameter", at: parameter });
          }
          if (!PARAMETERS.includes(parameter.type)) continue;
          const name =
            parameter.type === "identifier" ? parameter : (field(parameter, "name") ?? parameter.children[0]);
          if (name?.type !== "identifier") continue;
          const value = field(parameter, "value");
          add(scopeOf(node), { target: text(name), value, kind: "parameter", at: parameter });
        }
        break;
      case "function_definition":
      case "class_definition": {
        const name = field(node, "name");
        if (name) add(scopeOf(node), { target: text(name), value: node, kind: "definition", at: node });
        break;
      }
      default:
    }
  }
  if (!bindings.has(root)) bindings.set(root, new Map());
  return { bindings };
}

const boundNames = new WeakMap<Scopes, ReadonlySet<string>>();

/** Does the file give the name a value anywhere, other than by an import? */
export function isBound({ scopes }: { readonly scopes: Scopes }, name: string): boolean {
  let names = boundNames.get(scopes);
  if (!names) {
    names = new Set([...scopes.bindings.values()].flatMap((table) => [...table.keys()]));
    boundNames.set(scopes, names);
  }
  return names.has(name);
}

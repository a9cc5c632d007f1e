import { callArguments } from "./arguments.ts";
import { evaluate } from "./evaluate.ts";
import type { PyModule } from "./module.ts";
import { onceOfModule } from "./once-of-module.ts";
import type { Binding } from "./scopes.ts";
import { ancestor, field, nodesBy, type PyNode, text } from "./tree.ts";
import { type PyValue, sameValue, unknown } from "./value.ts";

/** Why a parameter that no call of the file fills is not known. */
export const OF_THE_CALLER = "a parameter without a default";

/** Names under which the file calls the function that a parameter belongs to: a class by its constructor, bound or remote. */
function callersOf(module: PyModule, owner: PyNode): { readonly calls: readonly PyNode[]; readonly isMethod: boolean } {
  const name = owner.type === "function_definition" ? field(owner, "name") : null;
  if (!name) return { calls: [], isMethod: false };
  const named = (...names: readonly string[]) => names.flatMap((each) => module.callsOf.get(each) ?? []);
  const outer = ancestor(owner, ["class_definition", "function_definition"]);
  const isMethod = outer?.type === "class_definition";
  const own = text(name);
  if (!isMethod || !outer) return { calls: named(own, `${own}.remote`), isMethod };
  const className = field(outer, "name");
  if (own !== "__init__") return { calls: named(`self.${own}`), isMethod };
  if (!className) return { calls: [], isMethod };
  const of = text(className);
  return {
    calls: named(of, ...["bind", "remote"].flatMap((call) => [`${of}.${call}`, `${of}.options().${call}`])),
    isMethod,
  };
}

const parameterNames = (parameters: PyNode): readonly string[] =>
  parameters.children
    .filter((p) => p.type !== "keyword_separator" && p.type !== "positional_separator")
    .map((p) => text(p.type === "identifier" ? p : (field(p, "name") ?? p.children[0] ?? p)));

/** All calls of the file must pass the same value; with no call, the default. */
export function parameterValue(module: PyModule, binding: Binding, node: PyNode, depth: number): PyValue {
  const owner = ancestor(binding.at, ["function_definition", "lambda"]);
  const parameters = binding.at.parent;
  if (binding.at.type === "dictionary_splat_pattern") {
    return (
      (owner && parameters && depth <= 12 ? keywordsPassed(module, owner, parameters, depth) : null) ??
      unknown(node, "keywords of its caller")
    );
  }
  const fallback = binding.value
    ? evaluate(module, binding.value, depth + 1)
    : (optionValue(module, binding.target, node, depth) ?? unknown(node, OF_THE_CALLER));
  if (!owner || !parameters || depth > 12) return fallback;
  const handed = handedBy(module, owner, binding.target, depth);
  if (handed) return handed;
  const { calls, isMethod } = callersOf(module, owner);
  const index = parameterNames(parameters).indexOf(binding.target) - (isMethod ? 1 : 0);
  let found: PyValue | null = null;
  for (const call of calls) {
    const args = callArguments(module, call, depth + 4);
    const value =
      args.keywords.get(binding.target) ??
      args.positional[index] ??
      (args.open.length > 0 ? passedOn(module, binding, call, depth) : fallback);
    if (found && !sameValue(found, value)) return unknown(node, "calls pass different values");
    found = value;
  }
  return found ?? fallback;
}

/** `train(**kwargs)`: what a command-line option of that name is by default. */
const passedOn = (module: PyModule, binding: Binding, call: PyNode, depth: number): PyValue =>
  optionValue(module, binding.target, binding.at, depth) ?? unknown(call, "passed on");

/** `ds.map_batches(Class, fn_constructor_kwargs={"model": …})`: what Ray Data constructs the class with. */
function handedBy(module: PyModule, owner: PyNode, name: string, depth: number): PyValue | null {
  const outer = ancestor(owner, ["class_definition"]);
  const className = outer ? field(outer, "name") : null;
  const method = field(owner, "name");
  if (!className || !method || text(method) !== "__init__") return null;
  for (const call of mapsOver(module, text(className))) {
    const given = callArguments(module, call, depth + 4).keywords.get("fn_constructor_kwargs");
    const value = given?.kind === "dict" ? given.entries.get(name) : undefined;
    if (value) return value;
  }
  return null;
}

/** Calls of `map_batches` and the like, by the class or function that they are given. */
const maps = onceOfModule(({ callsOf }) => {
  const calls = [...callsOf].flatMap(([callee, found]) =>
    /\.(?:map|map_batches|flat_map)$/.test(callee.slice(-20)) ? found : [],
  );
  return nodesBy(calls, (call) => {
    const first = field(call, "arguments")?.children[0];
    return first?.type === "identifier" ? text(first) : null;
  });
});

export const mapsOver = (module: PyModule, className: string): readonly PyNode[] => maps(module).get(className) ?? [];

/** `**kwargs` of a function that the file calls once: the keywords of that call that no parameter takes. */
function keywordsPassed(module: PyModule, owner: PyNode, parameters: PyNode, depth: number): PyValue | null {
  const [call, ...others] = callersOf(module, owner).calls;
  if (!call || others.length > 0) return null;
  const args = callArguments(module, call, depth + 4);
  const names = parameterNames(parameters);
  const entries = new Map([...args.keywords].filter(([name]) => !names.includes(name)));
  return { kind: "dict", entries, complete: args.open.length === 0, at: call };
}

/** Default of a command-line option; null: there is none of that name. */
export function optionValue(module: PyModule, name: string, node: PyNode, depth: number): PyValue | null {
  const option = module.options.get(name);
  if (!option) return null;
  if (option.default) return evaluate(module, option.default, depth + 1);
  if (option.implied !== null) return { kind: "boolean", value: option.implied, at: option.at };
  return unknown(node, "given on the command line");
}

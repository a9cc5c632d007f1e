import { evaluate } from "./evaluate.ts";
import type { PyModule } from "./module.ts";

import { field, type PyNode, text } from "./tree.ts";
import type { PyValue } from "./value.ts";

export interface CallArguments {
  readonly positional: readonly PyValue[];
  readonly keywords: ReadonlyMap<string, PyValue>;
  /** The place in the call that passes the keyword: the argument itself, or the `**kwargs`. */
  readonly passedAt: ReadonlyMap<string, PyNode>;
  /** Spreads that could not be followed: keywords may be missing. */
  readonly open: readonly PyNode[];
}

/** Positional and keyword arguments of a call, `**kwargs` spread. */
export function callArguments(module: PyModule, call: PyNode, depth = 0): CallArguments {
  const positional: PyValue[] = [];
  const keywords = new Map<string, PyValue>();
  const passedAt = new Map<string, PyNode>();
  const open: PyNode[] = [];
  for (const arg of field(call, "arguments")?.children ?? []) {
    if (arg.type === "keyword_argument") {
      const name = field(arg, "name");
      const value = field(arg, "value");
      if (!name || !value) continue;
      const evaluated = evaluate(module, value, depth + 1);
      // A switch is judged where it is passed, not where a setting or an option gives its value.
      keywords.set(text(name), evaluated.kind === "boolean" ? { ...evaluated, at: value } : evaluated);
      passedAt.set(text(name), arg);
    } else if (arg.type === "dictionary_splat") {
      const inner = arg.children[0];
      const value = inner ? evaluate(module, inner, depth + 1) : null;
      if (value?.kind === "dict") {
        for (const [key, entry] of value.entries) {
          keywords.set(key, entry);
          passedAt.set(key, arg);
        }
        if (!value.complete) open.push(arg);
      } else open.push(arg);
    } else if (arg.type === "list_splat") open.push(arg);
    else positional.push(evaluate(module, arg, depth + 1));
  }
  return { positional, keywords, passedAt, open };
}

import type { CallArguments } from "./arguments.ts";
import { evaluate } from "./evaluate.ts";
import type { PyModule } from "./module.ts";
import { isBound } from "./scopes.ts";
import { field, type PyNode, text } from "./tree.ts";
import { configValue } from "./truss.ts";
import { type PyValue, unknown } from "./value.ts";

/** Calls that hand on the text of their first argument, or of what they are called on. */
const SAME_TEXT = [
  "str",
  "Path",
  "PurePath",
  "PosixPath",
  "expanduser",
  "expandvars",
  "abspath",
  "realpath",
  "normpath",
  "resolve",
  "absolute",
  "as_posix",
  // What is downloaded is the model of that name.
  "snapshot_download",
];
const ON_TEXT: ReadonlyMap<string, (text: string) => string> = new Map([
  ["strip", (text: string) => text.trim()],
  ["lower", (text: string) => text.toLowerCase()],
  ["upper", (text: string) => text.toUpperCase()],
  ["rstrip", (text: string) => text.trimEnd()],
  ["lstrip", (text: string) => text.trimStart()],
  ["format", (text: string) => text],
]);
const MAX_TEXT = 4_096;

/** What is audited is what runs on a GPU of CUDA: where the file asks for the device, that is its answer. */
const DEVICES: ReadonlyMap<string, boolean> = new Map([
  ["torch.cuda.is_available", true],
  ["torch.backends.mps.is_available", false],
  ["torch.mps.is_available", false],
  ["torch.xpu.is_available", false],
  ["torch.npu.is_available", false],
]);

/** Value of a call to a method or a function of the standard library; null: none that is known. */
export function evaluateMethod(
  module: PyModule,
  call: PyNode,
  name: string,
  args: CallArguments,
  depth: number,
): PyValue | null {
  const callee = field(call, "function");
  const owner = callee?.type === "attribute" ? field(callee, "object") : null;
  const last = name.slice(name.lastIndexOf(".") + 1);
  const [first, second] = args.positional;
  const available = DEVICES.get(name);
  if (available !== undefined) return { kind: "boolean", value: available, at: call };
  if (last === "dumps" && name.startsWith("json.")) return dumped(first, call);
  if (last === "join" && /(?:^|\.)path\.join$/.test(name)) return joined(args.positional, call);
  if (SAME_TEXT.includes(last)) {
    const value = first ?? (owner ? evaluate(module, owner, depth + 1) : undefined);
    if (last === "Path" && args.positional.length > 1) return joined(args.positional, call);
    return value?.kind === "string" ? value : null;
  }
  if (!owner || callee?.type !== "attribute") return null;
  if (last === "get" || last === "pop" || last === "setdefault") {
    if (module.config && first?.kind === "string" && first.value === "config" && name === "kwargs.get")
      return configValue(module.config, call);
    const container = evaluate(module, owner, depth + 1);
    if (first?.kind !== "string") return null;
    if (container.kind === "dict") {
      const found = container.entries.get(first.value);
      if (found) return found;
      return container.complete
        ? (second ?? { kind: "none", at: call })
        : (second ?? unknown(call, "an item that the file does not set"));
    }
    // What is handed in from outside: its default is the file's word.
    return (container.kind === "unknown" || container.kind === "call") && second ? second : null;
  }
  if (last === "copy" || name === "copy.deepcopy") {
    const copied = first ?? evaluate(module, owner, depth + 1);
    return copied.kind === "dict" ? copied : null;
  }
  const change = ON_TEXT.get(last);
  if (change && (last !== "format" || args.positional.length + args.keywords.size === 0)) {
    const value = evaluate(module, owner, depth + 1);
    return value.kind === "string" ? { ...value, value: change(value.value) } : null;
  }
  return null;
}

function dumped(value: PyValue | undefined, call: PyNode): PyValue | null {
  if (value?.kind === "number" || value?.kind === "string")
    return { kind: "string", value: String(value.value), at: value.at };
  if (value?.kind === "boolean") return { kind: "string", value: String(value.value), at: value.at };
  return value ? unknown(call, "a text made of something unknown") : null;
}

function joined(parts: readonly PyValue[], call: PyNode): PyValue {
  const texts: string[] = [];
  for (const part of parts) {
    if (part.kind !== "string") return unknown(call, "part of the path is not known");
    texts.push(part.value.replace(/\/$/, ""));
  }
  const value = texts.join("/");
  return value.length > MAX_TEXT ? unknown(call, "too long") : { kind: "string", value, at: call };
}

/** `a in ("b", "c")`: null when it is not known. */
export function isIn(module: PyModule, item: PyValue, container: PyValue, depth: number): boolean | null {
  if (item.kind !== "string" && item.kind !== "number") return null;
  if (container.kind === "string") return item.kind === "string" ? container.value.includes(item.value) : null;
  if (container.kind === "dict") return container.complete ? container.entries.has(String(item.value)) : null;
  if (container.kind !== "list" || container.items.length > 50) return null;
  const values = container.items.map((node) => evaluate(module, node, depth + 1));
  if (values.some((value) => value.kind === item.kind && value.value === item.value)) return true;
  return values.every((value) => value.kind === "string" || value.kind === "number") ? false : null;
}

/** `getattr(torch, "float16")` → torch.float16. */
export function attributeOf(module: PyModule, [owner, name]: readonly PyValue[], node: PyNode): PyValue | null {
  if (!owner || name?.kind !== "string" || !/^\w{1,60}$/.test(name.value)) return null;
  // `import torch` binds the module under its own name.
  const written = owner.at.type === "identifier" ? text(owner.at) : "";
  const isModule = owner.kind === "unknown" && written !== "" && !isBound(module, written);
  const of = owner.kind === "symbol" ? owner.name : isModule ? written : null;
  return of === null ? null : { kind: "symbol", name: `${of}.${name.value}`, at: node };
}

import type { PyNode } from "./tree.ts";

/** What static reading can say about an expression. `at` is the place that states the value. */
export type PyValue =
  | { readonly kind: "string"; readonly value: string; readonly at: PyNode }
  | { readonly kind: "number"; readonly value: number; readonly at: PyNode }
  | { readonly kind: "boolean"; readonly value: boolean; readonly at: PyNode }
  | { readonly kind: "none"; readonly at: PyNode }
  /** `torch.float16`: a dotted name of an import. */
  | { readonly kind: "symbol"; readonly name: string; readonly at: PyNode }
  | {
      readonly kind: "dict";
      readonly entries: ReadonlyMap<string, PyValue>;
      readonly complete: boolean;
      readonly at: PyNode;
    }
  | { readonly kind: "list"; readonly items: readonly PyNode[]; readonly at: PyNode }
  /** A call that is not evaluated: a constructor such as BitsAndBytesConfig. */
  | { readonly kind: "call"; readonly name: string | null; readonly call: PyNode; readonly at: PyNode }
  | { readonly kind: "unknown"; readonly why: string; readonly at: PyNode };

export const GIVEN_BY_ENVIRONMENT = "given by the environment";
/** Longer strings are no model id; joining them could grow without bound. */
export const MAX_STRING = 4096;

export const unknown = (at: PyNode, why: string): PyValue => ({ kind: "unknown", why, at });

/** Equal as far as facts go: only plain values compare. */
export function sameValue(a: PyValue, b: PyValue): boolean {
  if (a.kind === "none" && b.kind === "none") return true;
  if (a.kind === "symbol" && b.kind === "symbol") return a.name === b.name;
  if (a.kind === "call" && b.kind === "call") return a.call === b.call;
  return (
    (a.kind === "string" || a.kind === "number" || a.kind === "boolean") && a.kind === b.kind && a.value === b.value
  );
}

/** Python's truth of a value; null when it is not known. */
export function truth(value: PyValue): boolean | null {
  switch (value.kind) {
    case "boolean":
      return value.value;
    case "none":
      return false;
    case "string":
      return value.value !== "";
    case "number":
      return value.value !== 0;
    case "dict":
      return value.complete ? value.entries.size > 0 : null;
    case "list":
      return value.items.length > 0;
    case "symbol":
    case "call":
    case "unknown":
      return null;
  }
}

import { NO_ENTRIES, NO_ITEMS, scalarText, type YamlNode, type YamlOrigin } from "../yaml-tree.ts";
import { plainText, type Text, textOfNode } from "./text.ts";

/** Not to be known from the files at hand: what depends on it is not known either. */
export const UNKNOWN: unique symbol = Symbol("unknown");
/** What a template's expression is: a node (of values, or made), text that keeps its places, or not known. */
export type Value = YamlNode | Text | typeof UNKNOWN;

export const isText = (value: Value): value is Text => Array.isArray(value);
export const isNode = (value: Value): value is YamlNode => value !== UNKNOWN && !isText(value);

/** Where what a function makes is said to stand. */
export interface Place {
  readonly origin: YamlOrigin;
  readonly start: number;
  readonly end: number;
}

export const scalar = (place: Place, value: string | number | boolean | null): YamlNode => ({
  kind: "scalar",
  value,
  entries: NO_ENTRIES,
  items: NO_ITEMS,
  origin: place.origin,
  start: place.start,
  end: place.end,
});
export const list = (place: Place, items: readonly YamlNode[]): YamlNode => ({
  ...scalar(place, null),
  kind: "list",
  items,
});
export const map = (place: Place, entries: Iterable<readonly [string, YamlNode]>): YamlNode => ({
  ...scalar(place, null),
  kind: "map",
  entries: new Map(entries),
});

export const isNil = (value: Value): boolean => isNode(value) && value.kind === "scalar" && value.value === null;

/** Go's truth: nil, false, 0, "" and what is empty are not true; null = not known. */
export function truthOf(value: Value): boolean | null {
  if (value === UNKNOWN) return null;
  if (isText(value)) return plainText(value) !== "";
  if (value.kind === "map") return value.entries.size > 0;
  if (value.kind === "list") return value.items.length > 0;
  return value.value !== null && value.value !== false && value.value !== 0 && value.value !== "";
}

/** A value as text, its places kept; maps and lists are text that no manifest wants. */
export function textOf(value: Value): Text | typeof UNKNOWN {
  if (value === UNKNOWN || isText(value)) return value;
  return value.kind === "scalar" ? textOfNode(value) : UNKNOWN;
}

export function stringOf(value: Value): string | null {
  const text = textOf(value);
  return text === UNKNOWN ? null : plainText(text);
}

export function numberOf(value: Value): number | null {
  if (isNode(value) && typeof value.value === "number") return value.value;
  const text = stringOf(value);
  return text !== null && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : null;
}

/** A value as a node: text becomes a scalar at the place of its first value. */
export function nodeOf(value: Value): YamlNode | null {
  if (value === UNKNOWN) return null;
  if (!isText(value)) return value;
  const piece = value.find((each) => each.end !== undefined) ?? value[0];
  if (!piece) return null;
  return scalar(
    { origin: piece.origin, start: piece.start, end: piece.end ?? piece.start + piece.text.length },
    plainText(value),
  );
}

/** Equal as `eq` sees it; null = not known. */
export function equal(a: Value, b: Value): boolean | null {
  if (a === UNKNOWN || b === UNKNOWN) return null;
  if (isNode(a) && isNode(b) && (a.kind !== "scalar" || b.kind !== "scalar")) return null;
  if (isNil(a) || isNil(b)) return isNil(a) && isNil(b);
  const [x, y] = [nodeOf(a), nodeOf(b)];
  return scalarText(x ?? undefined) === scalarText(y ?? undefined);
}

import type { YamlNode } from "../../yaml-tree.ts";
import { isNode, list, nodeOf, type Place, scalar, UNKNOWN, type Value } from "../value.ts";

/** A function of Go's templates, of Sprig or of Helm; what it cannot do with its arguments is not known. */
export type TemplateFunction = (args: readonly Value[], place: Place) => Value;

export const MAX_LIST = 1_000;

export const MAX_TEXT = 65_536;

export const NIL = (place: Place): Value => scalar(place, null);

export const test =
  (check: (args: readonly Value[]) => boolean | null): TemplateFunction =>
  (args, place) => {
    const result = check(args);
    return result === null ? UNKNOWN : scalar(place, result);
  };

/** The value that a computed one stems from, so that it stands where it can be changed. */
export function placeOfFirst(args: readonly Value[], place: Place): Place {
  const from = args.map(nodeOf).find((node) => node !== null && node.origin !== place.origin);
  return from ?? place;
}

export const items = (value: Value | undefined): readonly YamlNode[] | null =>
  value !== undefined && isNode(value) && value.kind === "list" ? value.items : null;

export const listOf = (values: readonly Value[], place: Place): Value => {
  const nodes = values.map(nodeOf);
  return nodes.includes(null) || nodes.length > MAX_LIST
    ? UNKNOWN
    : list(
        place,
        nodes.filter((node) => node !== null),
      );
};

export function getKey(value: Value, key: string | null, place: Place): Value {
  if (value === UNKNOWN || key === null) return UNKNOWN;
  return isNode(value) && value.kind === "map" ? (value.entries.get(key) ?? NIL(place)) : NIL(place);
}

/** A node within a map or list that stands for something not known. */
const UNKNOWN_NODES = new WeakSet<YamlNode>();

export function unknownNode(place: Place): YamlNode {
  const node = scalar(place, null);
  UNKNOWN_NODES.add(node);
  return node;
}

export const known = (value: Value): Value => (isNode(value) && UNKNOWN_NODES.has(value) ? UNKNOWN : value);

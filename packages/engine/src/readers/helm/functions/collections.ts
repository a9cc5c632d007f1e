import { scalarText, type YamlNode } from "../../yaml-tree.ts";
import { retext } from "../text.ts";
import {
  equal,
  isNil,
  isNode,
  list,
  map,
  nodeOf,
  numberOf,
  scalar,
  stringOf,
  truthOf,
  UNKNOWN,
  type Value,
} from "../value.ts";
import { getKey, items, listOf, MAX_LIST, NIL, type TemplateFunction, test, unknownNode } from "./support.ts";

/** Later maps give way (`merge`) or win (`mergeOverwrite`). */
const mergeMaps =
  (overwrite: boolean): TemplateFunction =>
  (args, place) => {
    const maps = args.map((each) => (isNode(each) && each.kind === "map" ? each : null));
    if (maps.includes(null)) return UNKNOWN;
    const ordered = maps.filter((each) => each !== null);
    return (overwrite ? ordered : ordered.toReversed()).reduce((a, b) => mergedMap(a, b), map(place, []));
  };

/** `over` laid over `base`, map by map: as Helm merges values. */
export function mergedMap(base: YamlNode, over: YamlNode): YamlNode {
  if (base.kind !== "map" || over.kind !== "map") return over;
  const entries = new Map(base.entries);
  for (const [key, value] of over.entries) {
    const known = entries.get(key);
    // Null takes a default away; a key that has none keeps it.
    if (known && value.kind === "scalar" && value.value === null) entries.delete(key);
    else entries.set(key, known ? mergedMap(known, value) : value);
  }
  return { ...base, entries };
}

const index: TemplateFunction = ([value = UNKNOWN, ...keys], place) =>
  keys.reduce<Value>((now, key) => {
    const nodes = items(now);
    if (!nodes) return getKey(now, stringOf(key), place);
    const at = numberOf(key);
    return at === null ? UNKNOWN : (nodes[at] ?? UNKNOWN);
  }, value);

const dict: TemplateFunction = (args, place) => {
  const entries: (readonly [string, YamlNode])[] = [];
  for (let i = 0; i + 1 < args.length; i += 2) {
    const key = stringOf(args[i] ?? UNKNOWN);
    const value: Value = args[i + 1] ?? UNKNOWN;
    if (key === null) return UNKNOWN;
    // One part that is not known leaves the others known.
    entries.push([key, value === UNKNOWN ? unknownNode(place) : (nodeOf(value) ?? scalar(place, ""))]);
  }
  return map(place, entries);
};

/** Lists and maps. */
export const COLLECTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  [
    "get",
    (args, place) => {
      const found = getKey(args[0] ?? UNKNOWN, stringOf(args[1] ?? UNKNOWN), place);
      return isNil(found) ? scalar(place, "") : found;
    },
  ],
  [
    "dig",
    (args, place) => {
      const other: Value = args.at(-2) ?? UNKNOWN;
      const found = index([args.at(-1) ?? UNKNOWN, ...args.slice(0, -2)], place);
      return isNil(found) ? other : found;
    },
  ],
  ["index", index],
  ["dict", dict],
  ["list", (args, place) => listOf(args, place)],
  ["tuple", (args, place) => listOf(args, place)],
  [
    "len",
    ([value = UNKNOWN], place) => {
      const text = stringOf(value);
      if (value === UNKNOWN) return UNKNOWN;
      return scalar(
        place,
        isNode(value) && value.kind !== "scalar" ? value.items.length + value.entries.size : (text ?? "").length,
      );
    },
  ],
  ["first", ([value], place) => items(value)?.[0] ?? (items(value) ? NIL(place) : UNKNOWN)],
  ["last", ([value], place) => items(value)?.at(-1) ?? (items(value) ? NIL(place) : UNKNOWN)],
  [
    "rest",
    ([value], place) => {
      const all = items(value);
      return all ? list(place, all.slice(1)) : UNKNOWN;
    },
  ],
  [
    "initial",
    ([value], place) => {
      const all = items(value);
      return all ? list(place, all.slice(0, -1)) : UNKNOWN;
    },
  ],
  [
    "compact",
    ([value], place) => {
      const all = items(value);
      return all
        ? list(
            place,
            all.filter((each) => truthOf(each) === true),
          )
        : UNKNOWN;
    },
  ],
  ["uniq", ([value]) => value ?? UNKNOWN],
  [
    "has",
    test(([needle = UNKNOWN, value]) => {
      const all = items(value);
      return all ? all.some((each) => equal(needle, each) === true) : null;
    }),
  ],
  [
    "append",
    ([value, item = UNKNOWN], place) => {
      const [all, node] = [items(value), nodeOf(item)];
      return all && node ? list(place, [...all, node]) : UNKNOWN;
    },
  ],
  [
    "concat",
    (args, place) => {
      const all = args.map(items);
      return all.includes(null) ? UNKNOWN : list(place, all.flatMap((each) => each ?? []).slice(0, MAX_LIST));
    },
  ],
  [
    "keys",
    ([value = UNKNOWN], place) =>
      isNode(value)
        ? list(
            place,
            [...value.entries.keys()].map((key) => scalar(place, key)),
          )
        : UNKNOWN,
  ],
  ["values", ([value = UNKNOWN], place) => (isNode(value) ? list(place, [...value.entries.values()]) : UNKNOWN)],
  [
    "sortAlpha",
    ([value], place) => {
      const all = items(value);
      return all
        ? list(
            place,
            all.toSorted((a, b) => ((scalarText(a) ?? "") < (scalarText(b) ?? "") ? -1 : 1)),
          )
        : UNKNOWN;
    },
  ],
  [
    "pick",
    ([value = UNKNOWN, ...keys], place) =>
      isNode(value)
        ? map(
            place,
            [...value.entries].filter(([key]) => keys.some((each) => stringOf(each) === key)),
          )
        : UNKNOWN,
  ],
  [
    "omit",
    ([value = UNKNOWN, ...keys], place) =>
      isNode(value)
        ? map(
            place,
            [...value.entries].filter(([key]) => !keys.some((each) => stringOf(each) === key)),
          )
        : UNKNOWN,
  ],
  ["merge", mergeMaps(false)],
  ["mustMerge", mergeMaps(false)],
  ["mergeOverwrite", mergeMaps(true)],
  ["mustMergeOverwrite", mergeMaps(true)],
  ["deepCopy", ([value = UNKNOWN]) => value],
  ["set", ([value = UNKNOWN]) => value],
  ["unset", ([value = UNKNOWN]) => value],
  [
    "until",
    ([value = UNKNOWN], place) => {
      const count = numberOf(value);
      return count === null || count > MAX_LIST
        ? UNKNOWN
        : list(
            place,
            Array.from({ length: Math.max(0, count) }, (_, i) => scalar(place, i)),
          );
    },
  ],
  [
    "join",
    ([separator = UNKNOWN, value], place) => {
      const [all, between] = [items(value), stringOf(separator)];
      return all && between !== null
        ? retext([{ text: "", ...(all[0] ?? place) }], all.map((each) => scalarText(each) ?? "").join(between))
        : UNKNOWN;
    },
  ],
  [
    "splitList",
    ([separator = UNKNOWN, value = UNKNOWN], place) => {
      const [between, text] = [stringOf(separator), stringOf(value)];
      return between === null || between === "" || text === null
        ? UNKNOWN
        : list(
            place,
            text
              .split(between)
              .slice(0, MAX_LIST)
              .map((each) => scalar(nodeOf(value) ?? place, each)),
          );
    },
  ],
]);

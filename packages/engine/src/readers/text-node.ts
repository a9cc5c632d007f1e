import { textPlaces } from "./text-places.ts";
import { NO_ENTRIES, NO_ITEMS, type YamlNode, type YamlOrigin } from "./yaml-tree.ts";

/** A text that is no YAML (a script, an .env file) as something that nodes can stand in. */
export function textOrigin(path: string, text: string): YamlOrigin {
  const places = textPlaces(path, text);
  return { path, text, positionAt: (start, end = start) => places.at(start, end) };
}

/** A part of a text as a scalar; the value may differ from what is written there. */
export const scalarIn = (origin: YamlOrigin, start: number, end: number, value: string): YamlNode => ({
  kind: "scalar",
  entries: NO_ENTRIES,
  items: NO_ITEMS,
  value,
  origin,
  start,
  end,
});

/** A map that no file writes down, at the place of the node that makes it. */
export const mapAt = (place: YamlNode, entries: Iterable<readonly [string, YamlNode]>): YamlNode => ({
  ...place,
  kind: "map",
  value: null,
  items: NO_ITEMS,
  entries: new Map(entries),
});

/** The same map with some entries replaced. */
export const withEntries = (map: YamlNode, entries: Iterable<readonly [string, YamlNode]>): YamlNode => ({
  ...map,
  entries: new Map([...map.entries, ...entries]),
});

import type { ScriptText } from "./launches.ts";
import { lastAtOrBefore } from "./text-places.ts";
import { sourceOf, type YamlNode } from "./yaml-tree.ts";

/** A script that a YAML scalar holds: each word is found again in the scalar's source; one that is not stands at the scalar. */
export function scriptOf(node: YamlNode): ScriptText | null {
  if (node.kind !== "scalar" || typeof node.value !== "string") return null;
  const script = node.value;
  const starts: number[] = [];
  const places: number[] = [];
  const source = sourceOf(node);
  let cursor = 0;
  for (const { index, 0: run } of script.matchAll(/\S{1,2000}/g)) {
    const found = source.indexOf(run, cursor);
    // An escape changed the text: from here on the scalar's own place must do.
    if (found < 0) break;
    starts.push(index);
    places.push(node.start + found);
    cursor = found + run.length;
  }
  const offsetOf = (at: number): number => {
    let low = -1;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    if (low < 0) return node.start;
    const lost = low === starts.length - 1 && starts.length > 0 && at > (starts[low] ?? 0) + 2_000;
    return lost ? node.start : (places[low] ?? node.start) + at - (starts[low] ?? 0);
  };
  return {
    script,
    place: (start, end) => {
      const from = offsetOf(start);
      return node.origin.positionAt(from, Math.max(from + 1, offsetOf(Math.max(start, end - 1)) + 1));
    },
  };
}

/** Scripts that run one after the other in one shell. */
export function joinScripts(scripts: readonly ScriptText[]): ScriptText {
  const starts: number[] = [];
  let length = 0;
  for (const { script } of scripts) {
    starts.push(length);
    length += script.length + 1;
  }
  return {
    script: scripts.map(({ script }) => script).join("\n"),
    place: (start, end) => {
      const index = lastAtOrBefore(starts, start);
      const from = starts[index] ?? 0;
      const [first] = scripts;
      const own = scripts[index] ?? first;
      if (!own) throw new Error("a script of no parts has no places");
      return own.place(start - from, end - from);
    },
  };
}

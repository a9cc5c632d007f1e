import type { Position } from "../domain/deployment.ts";
import { type FactSheet, setFact, setUnresolved } from "./fact-sheet.ts";
import { parseCount } from "./whole-number.ts";
import { placeOf, scalarText, sourceOf, type YamlNode } from "./yaml-tree.ts";

/** A GPU as schedulers write it: `A100-80GB:8`, `H100!`, `nvidia-l4`. */
export interface Accelerator {
  readonly name: string;
  readonly count: number;
}

/** `NAME`, `NAME:COUNT`, `NAME:MEMORY:COUNT`; null: it says no name. */
export function parseAccelerator(written: string): Accelerator | null {
  const parts = written.trim().slice(0, 80).split(":");
  const name = (parts[0] ?? "").replace(/[!+?]$/, "");
  // Memory alone (`24GB`, `24GB..`) or a number is no name.
  if (name === "" || /^\d/.test(name)) return null;
  const last = parts.at(-1) ?? "";
  const memory = parts.slice(1).find((part) => /^\d{1,4}\s?(?:GB|G|GiB)$/i.test(part));
  const counted = parts.length > 1 && !/[a-z]/i.test(last) ? parseCount(last) : 1;
  if (counted === null) return null;
  const gigabytes = /^\d{1,4}/.exec(memory ?? "")?.[0];
  return { name: gigabytes === undefined ? name : `${name}-${gigabytes}GB`, count: counted };
}

/** Sets GPU and count from one word. */
export function stateAccelerator(sheet: FactSheet, written: string, at: Position, nodes = 1): Accelerator | null {
  const found = parseAccelerator(written);
  if (!found) {
    setUnresolved(sheet, "hardware_platform", written, "names no GPU", at);
    return null;
  }
  setFact(sheet, "hardware_platform", found.name, at, written);
  setFact(sheet, "gpus_per_replica", found.count * nodes, at, written);
  return found;
}

/** One of several forms: a word, a list or set of alternatives, a map of name → count. Alternatives are not guessed between. */
export function readAccelerators(sheet: FactSheet, node: YamlNode, nodes: number): Accelerator | null {
  const at = placeOf(node);
  const several = (): null => {
    setUnresolved(sheet, "hardware_platform", "accelerators", "several are allowed", at);
    setUnresolved(sheet, "gpus_per_replica", "accelerators", "several are allowed", at);
    return null;
  };
  if (node.kind === "scalar") return stateAccelerator(sheet, scalarText(node) ?? "", at, nodes);
  if (node.kind === "list") {
    const [first] = node.items;
    return first && node.items.length === 1 ? readAccelerators(sheet, first, nodes) : several();
  }
  const source = sourceOf(node).trim();
  if (source.startsWith("{")) {
    // `{A100:8}` is a set of one word to YAML: without a space the colon is part of it.
    const words = source.slice(1, 400).split("}")[0]?.split(",") ?? [];
    const [only] = words;
    return only && words.length === 1 ? stateAccelerator(sheet, only.replaceAll(/[\s"']/g, ""), at, nodes) : several();
  }
  const [entry] = node.entries;
  if (!entry || node.entries.size > 1) return several();
  const count = scalarText(entry[1]);
  return stateAccelerator(sheet, count === undefined ? entry[0] : `${entry[0]}:${count}`, placeOf(entry[1]), nodes);
}

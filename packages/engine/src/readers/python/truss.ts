import type { FactSheet } from "../fact-sheet.ts";
import { folderOf, yamlOf } from "../file-set.ts";
import type { ReaderContext } from "../reader.ts";
import { readTrussHost } from "../truss.ts";
import { scalarText, type YamlNode } from "../yaml-tree.ts";
import type { PyModule } from "./module.ts";
import type { PyNode } from "./tree.ts";
import { type PyValue, unknown } from "./value.ts";

/** The configuration beside the folder of `model/model.py`; null: the file is no model of a Truss, or is read alone. */
export function trussConfig(path: string, { files }: ReaderContext): YamlNode | null {
  if (!/(?:^|\/)model\/[^/]{1,80}\.py$/.test(path.slice(-200)) || !files) return null;
  const outer = folderOf(folderOf(path));
  const config = files.byPath.get(outer === "" ? "config.yaml" : `${outer}/config.yaml`);
  if (!config || !/^(?:resources|model_metadata|requirements):/m.test(config.content)) return null;
  return yamlOf(config).documents[0]?.root ?? null;
}

/** GPUs and concurrency that the configuration asks for. */
export function readTruss(module: PyModule, sheet: FactSheet): void {
  if (module.config) readTrussHost(sheet, module.config);
}

const MAX_ENTRIES = 200;

/** The configuration as the model's code sees it: `kwargs["config"]`. */
export function configValue(node: YamlNode, at: PyNode, depth = 0): PyValue {
  if (node.kind === "map" && depth < 8) {
    const entries = [...node.entries]
      .slice(0, MAX_ENTRIES)
      .map(([key, value]) => [key, configValue(value, at, depth + 1)] as const);
    return { kind: "dict", entries: new Map(entries), complete: true, at };
  }
  const { value } = node;
  if (node.kind !== "scalar") return unknown(at, "a list of the configuration");
  if (typeof value === "number") return { kind: "number", value, at };
  if (typeof value === "boolean") return { kind: "boolean", value, at };
  return value === null ? { kind: "none", at } : { kind: "string", value: scalarText(node) ?? "", at };
}

import type { FileText, ReadResult } from "../domain/deployment.ts";
import { type EngineCommand, type PlacedWord, readEngineFlags } from "./engine-command.ts";
import { ENGINE_FLAGS, type Engine, flagKey } from "./engine-flags.ts";
import { yamlOf } from "./file-set.ts";
import { deploymentsOf, mergeResults } from "./launched.ts";
import type { Reader } from "./reader.ts";
import { brokenDocuments } from "./yaml-broken.ts";
import { placeOf, scalarText, type YamlNode } from "./yaml-tree.ts";

const YAML_PATH = /\.ya?ml$/i;
/** Flags that only such a file has as its keys. */
const TELLING: readonly (readonly [Engine, RegExp])[] = [
  ["sglang", /^["']?(?:model[-_]path|mem[-_]fraction[-_]static|context[-_]length|tp[-_]size)["']?[ \t]{0,4}:/m],
  [
    "vllm",
    /^["']?(?:tensor[-_]parallel[-_]size|max[-_]model[-_]len|gpu[-_]memory[-_]utilization|max[-_]num[-_]seqs|max[-_]num[-_]batched[-_]tokens|served[-_]model[-_]name|enable[-_]prefix[-_]caching)["']?[ \t]{0,4}:/m,
  ],
];

function engineOf(content: string): Engine | null {
  if (
    /^(?:apiVersion|kind|services|image|jobs|resources|run|trainer|train|defaults|actor|data|base_model|datasets?|learning_rate|num_train_epochs)["']?[ \t]{0,4}:/m.test(
      content,
    )
  )
    return null;
  if (!/^["']?model(?:[-_](?:path|tag))?["']?[ \t]{0,4}:[ \t]{1,20}\S/m.test(content)) return null;
  return TELLING.find(([, pattern]) => pattern.test(content))?.[0] ?? null;
}

/** `vllm serve --config`, `sglang.launch_server --config`: a map of flags. */
export const engineConfigReader: Reader = {
  id: "engine-config",
  acceptsPath: (path) => YAML_PATH.test(path),
  accepts: ({ path, content }) => YAML_PATH.test(path) && content.length < 65_536 && engineOf(content) !== null,
  read: readConfig,
};

function readConfig(file: FileText): ReadResult {
  const engine = engineOf(file.content) ?? "vllm";
  const yaml = yamlOf(file);
  const results = yaml.documents.flatMap(({ root }) => {
    if (root?.kind !== "map") return [];
    const sheet = readEngineFlags(asCommand(engine, root));
    const found = { launches: [{ sheet, at: placeOf(root), remote: false }], unresolved: [] };
    return [deploymentsOf(found, { path: file.path, format: `${engine}-config`, place: "config" })];
  });
  return mergeResults([...results, { deployments: [], unresolved: brokenDocuments(yaml) }]);
}

/** The map as the command line that it stands for. */
function asCommand(engine: Engine, root: YamlNode): EngineCommand {
  const table = ENGINE_FLAGS[engine];
  const words = [...root.entries].flatMap(([key, node]): readonly PlacedWord[] => {
    if (!table.has(flagKey(key))) return [];
    const written = scalarText(node);
    const at = node.origin.positionAt(keyStart(node, key), node.end);
    const known = written !== undefined && !written.includes("{{");
    return [{ raw: `${key}: ${written ?? ""}`, text: known ? `--${key}=${written}` : null, at }];
  });
  return { engine, words, at: placeOf(root) };
}

/** A setting stands at its key. */
function keyStart(node: YamlNode, key: string): number {
  const { text } = node.origin;
  const line = text.lastIndexOf("\n", node.start - 1) + 1;
  const found = text.slice(line, node.start).indexOf(key);
  return found < 0 ? node.start : line + found;
}

import type { FileText, ReadResult } from "../domain/deployment.ts";
import { stateAccelerator } from "./accelerator.ts";
import { variablesOf } from "./ci.ts";
import { engineImage } from "./engine-images.ts";
import { emptySheet, type FactSheet, setFact } from "./fact-sheet.ts";
import { yamlOf } from "./file-set.ts";
import { deploymentsOf, mergeResults } from "./launched.ts";
import { ENGINE_HINT, launchesIn, readImage } from "./launches.ts";
import type { Reader } from "./reader.ts";
import { parseCount } from "./whole-number.ts";
import { brokenDocuments } from "./yaml-broken.ts";
import { scriptOf } from "./yaml-script.ts";
import { at, placeOf, scalarText, type YamlNode } from "./yaml-tree.ts";

const CONFIG_PATH = /(?:^|\/)config\.ya?ml$/i;

/** Truss configurations that start a server of their own; those with a model in Python are read there. */
export const trussReader: Reader = {
  id: "truss",
  acceptsPath: (path) => CONFIG_PATH.test(path),
  accepts: ({ path, content }) =>
    CONFIG_PATH.test(path) && /^docker_server:/m.test(content) && /^resources:/m.test(content),
  read: (file) => {
    if (!ENGINE_HINT.test(file.content)) return { deployments: [], unresolved: [] };
    const yaml = yamlOf(file);
    const results = yaml.documents.flatMap(({ root }) => (root ? [readConfig(file, root)] : []));
    return mergeResults([...results, { deployments: [], unresolved: brokenDocuments(yaml) }]);
  },
};

function readConfig({ path }: FileText, root: YamlNode): ReadResult {
  const command = at(root, "docker_server", "start_command");
  const script = command ? scriptOf(command) : null;
  if (!script) return { deployments: [], unresolved: [] };
  const found = launchesIn(script, variablesOf(at(root, "environment_variables")));
  const imageNode = at(root, "base_image", "image");
  const image = imageNode ? engineImage(scalarText(imageNode) ?? "") : null;
  for (const { sheet } of found.launches) {
    readTrussHost(sheet, root);
    readCachedModel(sheet, root);
    if (image && imageNode) readImage(sheet, image, placeOf(imageNode));
  }
  return deploymentsOf(found, { path, format: "truss", place: scalarText(at(root, "model_name")) ?? "model" });
}

/** `/app/model_cache/<folder>` is the repository that `model_cache` names for the folder. */
function readCachedModel(sheet: FactSheet, root: YamlNode): void {
  const folder = /^\/app\/model_cache\/([\w.-]{1,100})\/?$/.exec(sheet.facts.model_id?.value ?? "")?.[1];
  if (folder === undefined) return;
  const cached = (at(root, "model_cache")?.items ?? []).find(
    (item) => scalarText(at(item, "volume_folder")) === folder,
  );
  const repository = at(cached, "repo_id");
  const id = scalarText(repository);
  if (repository && id !== undefined) setFact(sheet, "model_id", id, placeOf(repository));
}

/** GPUs and concurrency of a Truss, where the server itself does not say. */
export function readTrussHost(sheet: FactSheet, root: YamlNode): void {
  const asked = emptySheet();
  const accelerator = at(root, "resources", "accelerator");
  const written = scalarText(accelerator);
  if (accelerator && written !== undefined) stateAccelerator(asked, written, placeOf(accelerator));
  const concurrency = at(root, "runtime", "predict_concurrency");
  const most = concurrency ? parseCount(scalarText(concurrency) ?? "") : null;
  if (concurrency && most !== null) setFact(asked, "max_concurrency", most, placeOf(concurrency));
  Object.assign(sheet.facts, { ...asked.facts, ...sheet.facts });
}

import type { FileText, ReadResult } from "../domain/deployment.ts";
import { parseAccelerator, stateAccelerator } from "./accelerator.ts";
import { variablesOf } from "./ci.ts";
import { engineImage } from "./engine-images.ts";
import { emptySheet, type FactSheet, setFact, setUnresolved } from "./fact-sheet.ts";
import { yamlOf } from "./file-set.ts";
import { deploymentsOf, mergeResults } from "./launched.ts";
import { ENGINE_HINT, launchesIn, readImage } from "./launches.ts";
import type { Reader } from "./reader.ts";
import { parseCount } from "./whole-number.ts";
import { brokenDocuments } from "./yaml-broken.ts";
import { joinScripts, scriptOf } from "./yaml-script.ts";
import { at, placeOf, scalarText, type YamlNode } from "./yaml-tree.ts";

const YAML_PATH = /\.ya?ml$/i;

/** dstack services and tasks. */
export const dstackReader: Reader = {
  id: "dstack",
  acceptsPath: (path) => YAML_PATH.test(path),
  accepts: ({ path, content }) =>
    YAML_PATH.test(path) && /^type: *(?:service|task)\b/m.test(content) && /^(?:commands|image):/m.test(content),
  read: (file) => {
    if (!ENGINE_HINT.test(file.content)) return { deployments: [], unresolved: [] };
    const yaml = yamlOf(file);
    const results = yaml.documents.flatMap(({ root }) => (root ? [readRun(file, root)] : []));
    return mergeResults([...results, { deployments: [], unresolved: brokenDocuments(yaml) }]);
  },
};

function readRun({ path }: FileText, root: YamlNode): ReadResult {
  const asked = emptySheet();
  const count = readGpu(asked, at(root, "resources", "gpu"));
  readReplicas(asked, root);
  const variables = new Map<string, string | null>([
    ...environmentOf(at(root, "env")),
    ["DSTACK_GPUS_NUM", count],
    ["DSTACK_GPUS_PER_NODE", count],
  ]);
  const commands = (at(root, "commands")?.items ?? []).flatMap((node) => scriptOf(node) ?? []);
  const found = launchesIn(joinScripts(commands), variables);
  const imageNode = at(root, "image");
  const image = imageNode ? engineImage(scalarText(imageNode) ?? "") : null;
  for (const { sheet } of found.launches) {
    Object.assign(sheet.facts, { ...asked.facts, ...sheet.facts });
    sheet.unresolved.push(...asked.unresolved.filter(({ fact }) => !(fact in sheet.facts)));
    if (image && imageNode) readImage(sheet, image, placeOf(imageNode));
    placeInEnvironment(sheet, at(root, "env"));
  }
  const kind = scalarText(at(root, "type")) ?? "service";
  const place = scalarText(at(root, "name")) ?? kind;
  return deploymentsOf(found, { path, format: `dstack/${kind}`, place, short_lived: kind === "task" });
}

/** What TGI takes from a variable stands where the variable is set. */
function placeInEnvironment(sheet: FactSheet, environment: YamlNode | undefined): void {
  const { model_id, framework } = sheet.facts;
  if (framework?.value !== "tgi" || !model_id || model_id.at.line !== framework.at.line) return;
  const item =
    environment?.items.find((node) => scalarText(node) === `MODEL_ID=${model_id.value}`) ?? at(environment, "MODEL_ID");
  if (item && (item.kind !== "scalar" || scalarText(item)?.endsWith(model_id.value)))
    setFact(sheet, "model_id", model_id.value, placeOf(item));
}

/** `- NAME=value` or a map; a name alone is given from outside. */
function environmentOf(node: YamlNode | undefined): ReadonlyMap<string, string | null> {
  if (node?.kind !== "list") return variablesOf(node);
  return new Map(
    node.items.map((item) => {
      const written = scalarText(item) ?? "";
      const sign = written.indexOf("=");
      return sign < 0 ? [written, null] : [written.slice(0, sign), written.slice(sign + 1)];
    }),
  );
}

/** `H100:8`, `24GB`, `{ name: H100, count: 2 }`; the count as a variable. */
function readGpu(sheet: FactSheet, node: YamlNode | undefined): string | null {
  if (!node) return null;
  const text = scalarText(node);
  if (text !== undefined) {
    const found = parseAccelerator(text) ? stateAccelerator(sheet, text, placeOf(node)) : null;
    if (!found) setUnresolved(sheet, "hardware_platform", text, "names no GPU", placeOf(node));
    return found ? String(found.count) : null;
  }
  const name = at(node, "name");
  const names = name?.kind === "list" ? name.items : name ? [name] : [];
  const [first] = names;
  const only = scalarText(first);
  if (first && only !== undefined && names.length === 1) setFact(sheet, "hardware_platform", only, placeOf(first));
  else
    setUnresolved(
      sheet,
      "hardware_platform",
      "gpu",
      names.length > 1 ? "several are allowed" : "names no GPU",
      placeOf(node),
    );
  const countNode = at(node, "count");
  const written = countNode ? parseCount(scalarText(countNode) ?? "") : 1;
  if (written === null) {
    setUnresolved(
      sheet,
      "gpus_per_replica",
      scalarText(countNode) ?? "count",
      "expected a whole number",
      placeOf(countNode ?? node),
    );
    return null;
  }
  setFact(sheet, "gpus_per_replica", written, placeOf(countNode ?? node));
  return String(written);
}

/** `2`, or `1..4` with what scales it. */
function readReplicas(sheet: FactSheet, root: YamlNode): void {
  const node = at(root, "replicas");
  const text = scalarText(node);
  if (!node || text === undefined) return;
  const place = placeOf(node);
  const range = /^(\d{1,4})?\.\.(\d{1,4})?$/.exec(text.trim());
  const fixed = range ? null : parseCount(text, 0);
  if (fixed !== null) setFact(sheet, "replicas", fixed, place);
  else if (range) {
    setFact(sheet, "replicas_min", Number(range[1] ?? 0), place);
    if (range[2] !== undefined) setFact(sheet, "replicas_max", Number(range[2]), place);
    setFact(sheet, "autoscaled", true, placeOf(at(root, "scaling") ?? node), "dstack");
  } else setUnresolved(sheet, "replicas", text, "expected a whole number or a range", place);
}

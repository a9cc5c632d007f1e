import type { FileText, ReadResult } from "../domain/deployment.ts";
import { readAccelerators } from "./accelerator.ts";
import { variablesOf } from "./ci.ts";
import { emptySheet, type FactSheet, setFact, setUnresolved } from "./fact-sheet.ts";
import { yamlOf } from "./file-set.ts";
import { deploymentsOf, mergeResults } from "./launched.ts";
import { ENGINE_HINT, launchesIn } from "./launches.ts";
import type { Reader } from "./reader.ts";
import { parseCount } from "./whole-number.ts";
import { brokenDocuments } from "./yaml-broken.ts";
import { scriptOf } from "./yaml-script.ts";
import { at, placeOf, scalarText, type YamlNode } from "./yaml-tree.ts";

const YAML_PATH = /\.ya?ml$/i;

/** SkyPilot tasks and services: `resources` and `run`. */
export const skypilotReader: Reader = {
  id: "skypilot",
  acceptsPath: (path) => YAML_PATH.test(path),
  accepts: ({ path, content }) =>
    YAML_PATH.test(path) &&
    /^run:/m.test(content) &&
    /^resources:/m.test(content) &&
    !/^(?:apiVersion|kind|jobs|version):/m.test(content),
  read: readTask,
};

function readTask(file: FileText): ReadResult {
  if (!ENGINE_HINT.test(file.content)) return { deployments: [], unresolved: [] };
  const yaml = yamlOf(file);
  const results = yaml.documents.flatMap(({ root }, index) => (root ? [readDocument(file.path, root, index)] : []));
  return mergeResults([...results, { deployments: [], unresolved: brokenDocuments(yaml) }]);
}

function readDocument(path: string, root: YamlNode, index: number): ReadResult {
  const run = at(root, "run");
  const script = run ? scriptOf(run) : null;
  if (!script) return { deployments: [], unresolved: [] };
  const asked = emptySheet();
  const nodes = parseCount(scalarText(at(root, "num_nodes")) ?? "1") ?? 1;
  const variables = new Map<string, string | null>([
    ...variablesOf(at(root, "envs")),
    ["SKYPILOT_NUM_NODES", String(nodes)],
    ["SKYPILOT_NODE_RANK", "0"],
    ["SKYPILOT_NUM_GPUS_PER_NODE", readResources(asked, root, nodes)],
  ]);
  readService(asked, at(root, "service"));
  const found = launchesIn(script, variables);
  for (const { sheet } of found.launches) {
    // What is asked for is for the node; devices that a command picks of it are its own.
    Object.assign(sheet.facts, { ...asked.facts, ...sheet.facts });
    sheet.unresolved.push(...asked.unresolved.filter(({ fact }) => !(fact in sheet.facts)));
  }
  const name = scalarText(at(root, "name")) ?? `task-${index + 1}`;
  return deploymentsOf(found, { path, format: "skypilot", place: name });
}

/** GPU, machine and region; the number of GPUs of a node as the task's variable, null where it is not known. */
function readResources(sheet: FactSheet, root: YamlNode, nodes: number): string | null {
  const resources = at(root, "resources");
  const alternatives = at(resources, "any_of") ?? at(resources, "ordered");
  const accelerators = at(resources, "accelerators") ?? onlyOf(alternatives, "accelerators");
  const instance = at(resources, "instance_type");
  const region = at(resources, "region") ?? onlyOf(alternatives, "region");
  const written = scalarText(region);
  if (region && written !== undefined) setFact(sheet, "region", written, placeOf(region));
  if (nodes > 1) setFact(sheet, "nodes_per_replica", nodes, placeOf(at(root, "num_nodes") ?? root));
  const machine = scalarText(instance);
  if (!accelerators && instance && machine !== undefined)
    setFact(sheet, "hardware_platform", machine, placeOf(instance));
  if (accelerators) {
    const found = readAccelerators(sheet, accelerators, nodes);
    return found ? String(found.count) : null;
  }
  if (alternatives?.items.some((item) => at(item, "accelerators"))) {
    for (const fact of ["hardware_platform", "gpus_per_replica"] as const)
      setUnresolved(sheet, fact, "any_of", "several are allowed", placeOf(alternatives));
  }
  return null;
}

/** What all alternatives agree on. */
function onlyOf(alternatives: YamlNode | undefined, key: string): YamlNode | undefined {
  const found = (alternatives?.items ?? []).map((item) => at(item, key));
  const [first] = found;
  return found.every((node) => node && scalarText(node) !== undefined && scalarText(node) === scalarText(first))
    ? first
    : undefined;
}

function readService(sheet: FactSheet, service: YamlNode | undefined): void {
  const replicas = at(service, "replicas");
  const fixed = replicas ? parseCount(scalarText(replicas) ?? "", 0) : null;
  if (replicas && fixed !== null) setFact(sheet, "replicas", fixed, placeOf(replicas));
  const policy = at(service, "replica_policy");
  const count = (key: string) => {
    const node = at(policy, key);
    const value = node ? parseCount(scalarText(node) ?? "", 0) : null;
    return node && value !== null ? { value, at: placeOf(node) } : null;
  };
  const [min, max] = [count("min_replicas"), count("max_replicas")];
  if (max) {
    if (min) setFact(sheet, "replicas_min", min.value, min.at);
    setFact(sheet, "replicas_max", max.value, max.at);
    const target = at(policy, "target_qps_per_replica") ?? policy;
    if (target) setFact(sheet, "autoscaled", true, placeOf(target), "SkyServe");
  } else if (min) setFact(sheet, "replicas", min.value, min.at);
}

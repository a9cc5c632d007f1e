import { nestedYaml } from "../container/nested-yaml.ts";
import { readOptions } from "../container/options.ts";
import { readEngineFlags } from "../engine-command.ts";
import { environmentFlags } from "../engine-environment.ts";
import { UNFILLED } from "../engine-facts.ts";
import { engineImage } from "../engine-images.ts";
import { emptySheet, type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { parseCount } from "../whole-number.ts";
import { at, placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";
import type { Place } from "./container.ts";
import {
  type Draft,
  type Drafts,
  draftOf,
  labelsOf,
  NO_DRAFTS,
  type ReadObject,
  readEngineContainer,
  readPod,
  together,
} from "./draft.ts";
import { readPlacement, readResources } from "./gpu.ts";
import { collect, isTraining } from "./pods.ts";
import { readCount } from "./scaling.ts";
import { containersOf, partName } from "./workload.ts";

/** RayService: the applications of `serveConfigV2` on the nodes of the cluster. */
export const readRayService: ReadObject = (from, { links }) => {
  const config = at(from.root, "spec", "serveConfigV2");
  const root = config ? nestedYaml(config)?.documents[0]?.root : null;
  const cluster = at(from.root, "spec", "rayClusterConfig");
  if (!root) return readCluster(cluster, { from, links });
  const drafts = readServeConfig(root);
  for (const { sheet } of drafts) placeOnWorkers(sheet, cluster, { from, links });
  return { drafts, notes: [] };
};

/** RayCluster: what its own containers start; an application that is submitted later stands elsewhere. */
export const readRayCluster: ReadObject = (from, { links }) => readCluster(at(from.root, "spec"), { from, links });

/** RayJob: its entry point is a training run, or stands in a Python file. */
export const readRayJob: ReadObject = (from, { links }) => {
  const entry = at(from.root, "spec", "entrypoint");
  const cluster = at(from.root, "spec", "rayClusterSpec");
  if (!entry || !isTraining({ ...from.root, entries: new Map([["command", entry]]) })) return NO_DRAFTS;
  const sheet = emptySheet();
  placeOnWorkers(sheet, cluster, { from, links });
  for (const container of groups(cluster).flatMap(containersOf)) {
    const asked = readResources(sheet, at(container, "resources"));
    if (asked?.count) setFact(sheet, "gpus_per_replica", asked.count, placeOf(asked.node));
  }
  if (!sheet.facts.gpus_per_replica) return NO_DRAFTS;
  return { drafts: [{ sheet, part: "entrypoint", purpose: "training", always_on: false }], notes: [] };
};

/** Pod specs of the workers' groups, then of the head. */
const groups = (cluster: YamlNode | undefined): readonly YamlNode[] =>
  [...(at(cluster, "workerGroupSpecs")?.items ?? []), at(cluster, "headGroupSpec")].flatMap((group) => {
    const pod = at(group, "template", "spec");
    return pod ? [pod] : [];
  });

function stateVersion(sheet: FactSheet, image: YamlNode | undefined): void {
  const version = engineImage(scalarText(image) ?? "")?.version;
  if (image && version && !sheet.facts.framework_version) setFact(sheet, "framework_version", version, placeOf(image));
}

/** AIBrix's fleet of Ray clusters: each replica is a cluster. */
export const readRayClusterFleet: ReadObject = (from, { links }) => {
  const read = readCluster(at(from.root, "spec", "template", "spec"), { from, links });
  for (const { sheet } of read.drafts) readCount(sheet, "replicas", at(from.root, "spec", "replicas"));
  return read;
};

/** An engine that the head starts runs on the GPUs of the whole cluster. */
function spanCluster(sheet: FactSheet, cluster: YamlNode | undefined): void {
  const head = at(cluster, "headGroupSpec");
  const counts = [head, ...(at(cluster, "workerGroupSpecs")?.items ?? [])].map((group) => {
    const pods = group === head ? 1 : parseCount(scalarText(at(group, "replicas")) ?? "1", 0);
    const asked = containersOf(at(group, "template", "spec")).map(
      (each) => readResources(emptySheet(), at(each, "resources"))?.count ?? 0,
    );
    return { pods, gpus: asked.reduce((sum, count) => sum + count, 0) };
  });
  const withGpus = counts.filter(({ gpus, pods }) => gpus > 0 && pods !== 0);
  const total = withGpus.reduce<number | null>((sum, { pods, gpus }) => addPods(sum, pods, gpus), 0);
  const nodes = withGpus.reduce<number | null>((sum, { pods }) => addPods(sum, pods, 1), 0);
  const place = at(cluster, "workerGroupSpecs");
  if (!place || !total || !nodes || nodes < 2) return;
  setFact(sheet, "nodes_per_replica", nodes, placeOf(place), `${nodes} Ray pods with GPUs`);
  setFact(sheet, "gpus_per_replica", total, sheet.facts.gpus_per_replica?.at ?? placeOf(place), `${nodes} Ray pods`);
}

const addPods = (sum: number | null, pods: number | null, each: number): number | null =>
  sum === null || pods === null ? null : sum + pods * each;

const readCluster = (cluster: YamlNode | undefined, { from, links }: Omit<Place, "pod">): Drafts =>
  together(
    groups(cluster)
      .toReversed()
      .map((pod) => {
        const place: Place = { pod, from, links };
        return collect(containersOf(pod), (container) => {
          // KubeRay starts Ray in the place of the image's entry point.
          const entries = [...container.entries].filter(([key]) => key !== "image");
          const sheet = readEngineContainer({ ...container, entries: new Map(entries) }, place);
          if (sheet === null || "note" in sheet) return sheet;
          stateVersion(sheet, at(container, "image"));
          readPod(sheet, at(container, "resources"), place);
          if (pod === at(cluster, "headGroupSpec", "template", "spec")) spanCluster(sheet, cluster);
          return draftOf(sheet, partName(container));
        });
      }),
  );

/** The board of the nodes that hold GPUs: of the only group that does, or of groups that agree. */
function placeOnWorkers(sheet: FactSheet, cluster: YamlNode | undefined, { from, links }: Omit<Place, "pod">): void {
  for (const pod of groups(cluster)) {
    const asked = containersOf(pod).some((each) => readResources(emptySheet(), at(each, "resources")) !== null);
    if (!asked) continue;
    for (const container of containersOf(pod)) readResources(sheet, at(container, "resources"));
    readPlacement(sheet, labelsOf({ pod, from, links }), pod);
    return;
  }
}

/** A Ray Serve configuration: each application of an LLM builder, or one whose variables name a model. */
export const readServeConfig = (root: YamlNode): readonly Draft[] =>
  (at(root, "applications")?.items ?? []).flatMap(readServeApplication);

/** What builders call the configurations that they are given. */
const CONFIGS = ["llm_config", "prefill_config", "decode_config"];

export function readServeApplication(application: YamlNode): readonly Draft[] {
  const name = scalarText(at(application, "name")) ?? "application";
  const args = at(application, "args");
  const listed = at(args, "llm_configs")?.items ?? [];
  const single = CONFIGS.flatMap((key) => {
    const config = at(args, key);
    return config ? [{ config, part: key === "llm_config" ? name : `${name}/${key.replace("_config", "")}` }] : [];
  });
  if (listed.length + single.length > 0) {
    return [
      ...listed.flatMap((config, index) => readLlmConfig(config, application, name, index)),
      ...single.flatMap(({ config, part }) => readLlmConfig(config, application, part, 0)),
    ];
  }
  const sheet = readApplication(application);
  return sheet ? [draftOf(sheet, name)] : [];
}

/** One `LLMConfig` of ray.serve.llm. */
export function readLlmConfig(config: YamlNode, application: YamlNode, name: string, index: number): readonly Draft[] {
  if (config.kind !== "map") return [];
  const importPath = at(application, "import_path") ?? config;
  const sheet = readOptions("vllm", placeOf(importPath), at(config, "engine_kwargs"));
  const loading = at(config, "model_loading_config");
  const model = [at(loading, "model_source"), at(loading, "model_id")].find((node) => node?.kind === "scalar");
  const text = scalarText(model);
  if (model && text !== undefined) setFact(sheet, "model_id", text, placeOf(model));
  const accelerator = at(config, "accelerator_type");
  const board = scalarText(accelerator);
  if (accelerator && board !== undefined) setFact(sheet, "hardware_platform", board, placeOf(accelerator));
  readServeScale(sheet, at(config, "deployment_config"), name);
  return [draftOf(sheet, index === 0 ? name : `${name}/${index + 1}`)];
}

function readServeScale(sheet: FactSheet, deployment: YamlNode | undefined, name: string): void {
  const replicas = at(deployment, "num_replicas");
  if (scalarText(replicas) === "auto" && replicas)
    setFact(sheet, "autoscaled", true, placeOf(replicas), `Ray Serve ${name}`);
  else readCount(sheet, "replicas", replicas);
  const scaling = at(deployment, "autoscaling_config");
  readCount(sheet, "replicas_min", at(scaling, "min_replicas"));
  readCount(sheet, "replicas_max", at(scaling, "max_replicas"));
  readCount(
    sheet,
    "max_concurrency",
    at(deployment, "max_ongoing_requests") ?? at(deployment, "max_concurrent_queries"),
  );
  const { replicas_min: low, replicas_max: high } = sheet.facts;
  if (low && high && low.value >= high.value && !sheet.facts.replicas) setFact(sheet, "replicas", low.value, low.at);
  else if (scaling) setFact(sheet, "autoscaled", true, placeOf(scaling), `Ray Serve ${name}`);
}

const MODEL_VARIABLES = ["MODEL_ID", "MODEL_NAME", "MODEL", "HF_MODEL_ID"];
/** Names that examples of Ray Serve give to flags of vLLM. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ["TENSOR_PARALLELISM", "TENSOR_PARALLEL_SIZE"],
  ["PIPELINE_PARALLELISM", "PIPELINE_PARALLEL_SIZE"],
  ["MAX_NUM_SEQ", "MAX_NUM_SEQS"],
  ["MODEL_ID", "MODEL"],
]);

const PINNED = /^vllm==(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?(?:\.?(?:post|rc)\d{1,2})?)$/;

/** An application of the team's own: its variables name the model, its packages the engine. */
function readApplication(application: YamlNode): FactSheet | null {
  const environment = at(application, "runtime_env");
  const variables = at(environment, "env_vars");
  const pip = at(environment, "pip")?.items ?? [];
  const packages = pip.map((item) => scalarText(item) ?? "");
  const path = at(application, "import_path");
  const usesVllm = packages.some((each) => /^vllm\b/.test(each)) || /vllm/i.test(scalarText(path) ?? "");
  const usesTransformers = packages.some((each) => /^transformers\b/.test(each));
  const model = MODEL_VARIABLES.map((name) => at(variables, name)).find((node) => node !== undefined);
  const text = scalarText(model);
  if (!path || !model || text === undefined || (!usesVllm && !usesTransformers)) return null;
  const entries = [...(variables?.entries ?? [])].map(([name, node]) => ({
    name: RENAMED.get(name) ?? name,
    value: scalarText(node) ?? null,
    at: placeOf(node),
  }));
  const command = { engine: "vllm" as const, words: [], at: placeOf(path) };
  const sheet = usesVllm ? readEngineFlags(command, environmentFlags("worker-vllm", entries)) : emptySheet();
  if (!usesVllm) setFact(sheet, "framework", "transformers", placeOf(path));
  const pinned = pip.find((item) => PINNED.test(scalarText(item) ?? ""));
  const version = PINNED.exec(scalarText(pinned) ?? "")?.[1];
  if (usesVllm && pinned && version) setFact(sheet, "framework_version", version, placeOf(pinned), scalarText(pinned));
  if (!sheet.facts.model_id) {
    if (UNFILLED.test(text.slice(0, 400)))
      setUnresolved(sheet, "model_id", text, "the value is not known", placeOf(model));
    else setFact(sheet, "model_id", text, placeOf(model));
  }
  const [deployment] = at(application, "deployments")?.items ?? [];
  readCount(sheet, "gpus_per_replica", at(deployment, "ray_actor_options", "num_gpus"));
  readServeScale(sheet, deployment, scalarText(at(application, "name")) ?? "");
  return sheet;
}

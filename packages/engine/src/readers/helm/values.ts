import { type Container, type Environment, type EnvironmentValue, isUnrendered } from "../container/container.ts";
import { readContainer } from "../container/engine.ts";
import { NIM_PATH } from "../container/nim.ts";
import { givenOptions, readOptions } from "../container/options.ts";
import { stateFlag } from "../engine-facts.ts";
import { engineImage } from "../engine-images.ts";
import { type FactSheet, setFact } from "../fact-sheet.ts";
import type { Draft } from "../kubernetes/draft.ts";
import { readSlice, stateGpus } from "../kubernetes/draft.ts";
import { addExpressions, readPlacement, readResources, requiredLabels } from "../kubernetes/gpu.ts";
import { imageText } from "../kubernetes/operators.ts";
import { readCount, readOwnBounds } from "../kubernetes/scaling.ts";
import { mapAt } from "../text-node.ts";
import { at, placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";

/** Deployments of a values file whose chart is not at hand: charts that are known, and parts that hold an engine's image. */
export function readValues(root: YamlNode): readonly NamedDraft[] {
  // The entries of `modelSpec` in a file of their own, for a helmfile to fill in.
  if (root.kind === "list" && root.items.every((spec) => at(spec, "modelURL")))
    return root.items.flatMap((spec) => productionStack(spec, undefined));
  const stack = at(root, "servingEngineSpec");
  if (stack) return (at(stack, "modelSpec")?.items ?? []).flatMap((spec) => productionStack(spec, stack));
  const artifacts = at(root, "modelArtifacts");
  if (artifacts) return modelService(root, artifacts);
  return parts(root, "", 0);
}

export interface NamedDraft extends Draft {
  readonly name: string;
  readonly node: YamlNode;
}

/** The vLLM production stack: one engine per entry of `modelSpec`. */
function productionStack(spec: YamlNode, stack: YamlNode | undefined): readonly NamedDraft[] {
  const url = at(spec, "modelURL");
  const model = scalarText(url);
  if (!url || model === undefined) return [];
  const config = at(spec, "vllmConfig");
  const sheet = readOptions("vllm", placeOf(at(spec, "repository") ?? url), config, at(config, "extraArgs"));
  setFact(sheet, "model_id", model, placeOf(url));
  stateVersion(
    sheet,
    imageText(
      mapAt(
        spec,
        [...spec.entries].filter(([key]) => key === "repository" || key === "tag"),
      ),
    ),
  );
  readCount(sheet, "replicas", at(spec, "replicaCount"));
  const keda = at(spec, "keda");
  if (at(keda, "enabled")?.value === true) {
    readOwnBounds(sheet, at(keda, "minReplicaCount"), at(keda, "maxReplicaCount"), "KEDA");
    delete sheet.facts.replicas;
  }
  readRequestedGpus(sheet, spec);
  const labels = new Map(requiredLabels(spec));
  for (const term of at(spec, "nodeSelectorTerms")?.items ?? []) addExpressions(labels, at(term, "matchExpressions"));
  for (const [key, node] of at(stack, "nodeSelector")?.entries ?? []) labels.set(key, [node]);
  readPlacement(sheet, labels, spec);
  readSlice(sheet);
  const name = scalarText(at(spec, "name")) ?? "model";
  const isOff = at(spec, "enabled")?.value === false || at(stack, "enableEngine")?.value === false;
  return [named(sheet, name, spec, isOff ? "servingEngineSpec.modelSpec.enabled" : undefined)];
}

/** `requestGPU` and `requestGPUType`; a block of resources wins over them. */
function readRequestedGpus(sheet: FactSheet, spec: YamlNode): void {
  const resources = at(spec, "resources");
  const asked = readResources(sheet, resources);
  const count = at(spec, "requestGPU");
  const type = scalarText(at(spec, "requestGPUType")) ?? "nvidia.com/gpu";
  if (asked || !count) stateGpus(sheet, asked);
  else stateGpus(sheet, readResources(sheet, mapAt(count, [["limits", mapAt(count, [[type, count]])]])));
}

/** llm-d's model service: one model, decode and prefill pods of their own size. */
function modelService(root: YamlNode, artifacts: YamlNode): readonly NamedDraft[] {
  const stated = scalarText(at(artifacts, "uri")) ?? "";
  // The URI is often made of the name by the chart.
  const uri = at(artifacts, stated === "" || isUnrendered(stated) ? "name" : "uri");
  const model = scalarText(uri)?.replace(/^hf:\/\//, "");
  return ["decode", "prefill"].flatMap((role): readonly NamedDraft[] => {
    const part = at(root, role);
    const [container] = at(part, "containers")?.items ?? [];
    if (!part || !container || at(part, "create")?.value === false) return [];
    const command = scalarText(at(container, "modelCommand")) ?? "vllm";
    const isVllm = /^vllm/i.test(command) || /vllm/i.test(scalarText(at(container, "image")) ?? "");
    const read = isVllm
      ? readOptions("vllm", placeOf(at(container, "image") ?? container), undefined, at(container, "args"))
      : readPart(container);
    if (!read) return [];
    if (uri && model !== undefined && !isUnrendered(model)) setFact(read, "model_id", model, placeOf(uri));
    for (const [key, fact] of [
      ["tensor", "tensor_parallel"],
      ["data", "data_parallel"],
      ["pipeline", "pipeline_parallel"],
    ] as const) {
      const node = at(part, "parallelism", key);
      if (node && typeof node.value === "number" && !read.facts[fact]) setFact(read, fact, node.value, placeOf(node));
    }
    readCount(read, "replicas", at(part, "replicas"));
    stateGpus(read, readResources(read, at(container, "resources")));
    const types = at(part, "acceleratorTypes");
    const labels = new Map(requiredLabels(part));
    const key = scalarText(at(types, "labelKey"));
    if (key !== undefined) labels.set(key, at(types, "labelValues")?.items ?? []);
    readPlacement(read, labels, part);
    readSlice(read);
    return [named(read, role, part, undefined)];
  });
}

const MAX_DEPTH = 8;

/** Maps that hold an engine's image, wherever in the values. */
function parts(node: YamlNode, path: string, depth: number): readonly NamedDraft[] {
  if (depth > MAX_DEPTH) return [];
  if (node.kind === "list")
    return node.items.flatMap((item, i) => parts(item, `${path}[${scalarText(at(item, "name")) ?? i}]`, depth + 1));
  const image = imageText(at(node, "image"));
  const text = scalarText(image) ?? "";
  const sheet =
    image && (engineImage(text) || NIM_PATH.test(text) || /tritonserver|vllm/.test(text)) ? readPart(node) : null;
  if (sheet && saysMore(sheet)) {
    const name = path || scalarText(at(node, "fullnameOverride")) || scalarText(at(node, "nameOverride")) || "values";
    return [
      named(
        sheet,
        name,
        node,
        at(node, "enabled")?.value === false ? `${path === "" ? "" : `${path}.`}enabled` : undefined,
      ),
    ];
  }
  return [...node.entries].flatMap(([key, child]) =>
    child.kind === "scalar" ? [] : parts(child, path === "" ? key : `${path}.${key}`, depth + 1),
  );
}

/** An image alone is a choice that something else makes use of. */
const saysMore = ({ facts }: FactSheet): boolean =>
  Object.keys(facts).some((name) => !["framework", "framework_version", "device"].includes(name));

/** Names that charts give to one thing. */
const ARGUMENTS = ["args", "extraArgs", "additionalArgs", "engineArgs", "vllmArgs", "cmdArgs", "extraCmdArgs"];
const VARIABLES = ["env", "envs", "envVars", "extraEnv", "extraEnvs", "extraEnvVars", "environment"];
const OPTIONS = [
  "vllm",
  "vllmConfig",
  "engine",
  "engineConfig",
  "engineArgs",
  "config",
  "server",
  "serving",
  "tgi",
  "sglang",
  "args",
  "extraArgs",
  "model",
];
const MODELS = [
  ["model"],
  ["modelId"],
  ["modelID"],
  ["modelName"],
  ["model", "id"],
  ["model", "modelId"],
  ["model", "hfId"],
  ["model", "repository"],
  ["model", "name"],
  ["huggingfaceModel"],
  ["LLM_MODEL_ID"],
  ["MODEL_ID"],
  ["MODEL_NAME"],
];

/** A part of a chart's values that holds an engine's image, as a container. */
function readPart(node: YamlNode): FactSheet | null {
  const image = at(node, "image");
  const environment: Environment = new Map(VARIABLES.flatMap((key) => variablesIn(at(node, key))));
  const lists = ARGUMENTS.map((key) => at(node, key)).filter(
    (each) => each?.kind === "list" || each?.kind === "scalar",
  );
  const [first] = lists;
  const container: Container = {
    node,
    image: imageText(image),
    command: at(node, "command") ?? at(image, "command"),
    args:
      first && lists.length > 1
        ? {
            ...first,
            kind: "list",
            items: lists.flatMap((each) => (each?.kind === "list" ? each.items : each ? [each] : [])),
          }
        : (first ?? at(image, "args")),
    environment,
    variables: new Map([...environment].map(([name, { text }]) => [name, text])),
    expand: (text) => ({ text: isUnrendered(text) ? null : text }),
    mounted: () => null,
  };
  const found = engineImage(scalarText(container.image) ?? "");
  const read = readContainer(container);
  const sheet =
    read && "facts" in read
      ? read
      : found && image
        ? readOptions(found.engine, placeOf(container.image ?? image), undefined)
        : null;
  if (!sheet || sheet.facts.device?.value === "cpu" || found?.other_device === "cpu") return null;
  stateOptions(sheet, node);
  stateModel(sheet, node);
  if (found && image) stateVersion(sheet, container.image);
  readCount(sheet, "replicas", at(node, "replicaCount") ?? at(node, "replicas"));
  const scaling = at(node, "autoscaling") ?? at(node, "hpa");
  if (at(scaling, "enabled")?.value === true) {
    readOwnBounds(sheet, at(scaling, "minReplicas"), at(scaling, "maxReplicas"), "autoscaling");
  }
  stateGpus(sheet, readResources(sheet, at(node, "resources")));
  readPlacement(sheet, requiredLabels(node), node);
  readSlice(sheet);
  return sheet;
}

/** Options under the engine's own names, of the part or of a map within it. */
function stateOptions(sheet: FactSheet, node: YamlNode): void {
  const framework = sheet.facts.framework?.value;
  if (framework !== "vllm" && framework !== "tgi" && framework !== "sglang") return;
  for (const options of [node, ...OPTIONS.map((key) => at(node, key))]) {
    for (const { flag, word, value } of givenOptions(framework, options)) {
      if (flag.fact !== "model_id" && !(flag.fact in sheet.facts) && value !== null)
        stateFlag(sheet, flag, value, framework, word);
    }
  }
}

function stateModel(sheet: FactSheet, node: YamlNode): void {
  if (sheet.facts.model_id && sheet.facts.framework?.value !== "nim") return;
  for (const path of MODELS) {
    const found = [at(node, ...path), ...OPTIONS.map((key) => at(node, key, ...path))].find(
      (each) => each?.kind === "scalar" && typeof each.value === "string" && each.value !== "",
    );
    const text = scalarText(found);
    if (!found || text === undefined || isUnrendered(text)) continue;
    setFact(sheet, "model_id", text.replace(/^hf:\/\//, ""), placeOf(found));
    return;
  }
}

function stateVersion(sheet: FactSheet, image: YamlNode | undefined): void {
  const version = engineImage(scalarText(image) ?? "")?.version;
  if (image && version) setFact(sheet, "framework_version", version, placeOf(image));
}

function variablesIn(node: YamlNode | undefined): readonly (readonly [string, EnvironmentValue])[] {
  const listed = (node?.items ?? []).flatMap((item) => {
    const [name, value] = [scalarText(at(item, "name")), at(item, "value")];
    return name === undefined
      ? []
      : [[name, { text: value ? (scalarText(value) ?? "") : null, node: value ?? item }] as const];
  });
  const mapped = [...(node?.entries ?? [])].flatMap(([name, value]) =>
    value.kind === "scalar" ? [[name, { text: scalarText(value) ?? "", node: value }] as const] : [],
  );
  return [...listed, ...mapped];
}

const named = (sheet: FactSheet, name: string, node: YamlNode, off: string | undefined): NamedDraft => ({
  sheet,
  name,
  node,
  part: name,
  purpose: "inference",
  always_on: true,
  ...(off === undefined ? {} : { when_enabled: off }),
});

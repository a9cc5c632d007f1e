import { type Container, isUnrendered } from "../container/container.ts";
import { readContainer, readHuggingFaceServer } from "../container/engine.ts";
import { argumentWords } from "../container/words.ts";
import { readEngineFlags } from "../engine-command.ts";
import { type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { at, placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";
import { containerOf, type Place } from "./container.ts";
import { draftOf, NO_DRAFTS, type ReadObject, readEngineContainer, readPod, stateDownloaded } from "./draft.ts";
import type { Links } from "./links.ts";
import { collect } from "./pods.ts";
import type { Resource } from "./resource.ts";
import { readCount, readOwnBounds } from "./scaling.ts";
import { containersOf, partName } from "./workload.ts";

const RUNTIMES = ["ServingRuntime", "ClusterServingRuntime"];
/** Where KServe mounts what `storageUri` names. */
const MOUNTED_MODEL = /^\/mnt\/models?\/?$/;

/** InferenceService: a model with a format and a runtime, or containers of the team's own. */
export const readInferenceService: ReadObject = (from, { links }) => {
  const predictor = at(from.root, "spec", "predictor");
  if (!predictor) return null;
  const model = at(predictor, "model") ?? at(predictor, "huggingface") ?? at(predictor, "triton");
  if (!model) {
    const place: Place = { pod: predictor, from, links };
    return collect(containersOf(predictor), (container) => {
      const sheet = readEngineContainer(container, place);
      if (sheet === null || "note" in sheet) return sheet;
      stateStorage(sheet, at(predictor, "storageUri"), undefined);
      return finish(sheet, predictor, at(container, "resources"), place);
    });
  }
  const runtime = runtimeOf(model, from, links);
  const pod = runtime ? merged(at(runtime.root, "spec"), predictor) : predictor;
  const place: Place = { pod, from, links };
  const base = containersOf(at(runtime?.root, "spec")).find(
    (each) => scalarText(at(each, "name")) === "kserve-container",
  );
  const container = withRuntime(model, base ?? containersOf(at(runtime?.root, "spec"))[0], place);
  const sheet = engineSheet(model, container, at(predictor, "huggingface") !== undefined);
  if (sheet === null) return NO_DRAFTS;
  if ("note" in sheet) return { drafts: [], notes: [sheet.note] };
  stateDownloaded(sheet, container, place);
  stateStorage(sheet, at(model, "storageUri") ?? at(model, "storage", "path"), at(model, "storage"));
  readWorkers(sheet, predictor);
  const resources = at(model, "resources") ?? at(base, "resources");
  return { drafts: [finish(sheet, predictor, resources, place)], notes: [] };
};

/** A runtime that no InferenceService of the repository uses: what it would run, but for the model. */
export const readServingRuntime: ReadObject = (from, { links }) => {
  const spec = at(from.root, "spec");
  const used = links.near("InferenceService", from).some((service) => {
    const name = scalarText(at(service.root, "spec", "predictor", "model", "runtime"));
    return name === from.name;
  });
  if (!spec || used) return NO_DRAFTS;
  const place: Place = { pod: spec, from, links };
  return collect(containersOf(spec), (container) => {
    const sheet = readEngineContainer(container, place);
    if (sheet === null || "note" in sheet) return sheet;
    stateStorage(sheet, undefined, undefined);
    readPod(sheet, at(container, "resources"), place);
    return draftOf(sheet, partName(container));
  });
};

function finish(sheet: FactSheet, predictor: YamlNode, resources: YamlNode | undefined, place: Place) {
  readOwnBounds(
    sheet,
    at(predictor, "minReplicas"),
    at(predictor, "maxReplicas"),
    `InferenceService ${place.from.name}`,
  );
  readCount(sheet, "max_concurrency", at(predictor, "containerConcurrency"));
  readPod(sheet, resources, place);
  return draftOf(sheet, "predictor");
}

function runtimeOf(model: YamlNode, from: Resource, links: Links): Resource | null {
  const named = scalarText(at(model, "runtime"));
  if (named !== undefined) return links.find(RUNTIMES, named, { ...from, namespace: undefined });
  const format = scalarText(at(model, "modelFormat", "name"))?.toLowerCase();
  const fitting = RUNTIMES.flatMap((kind) => links.near(kind, from)).filter((runtime) =>
    (at(runtime.root, "spec", "supportedModelFormats")?.items ?? []).some(
      (each) => scalarText(at(each, "name"))?.toLowerCase() === format && at(each, "autoSelect")?.value === true,
    ),
  );
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** The runtime's container with the service's own image, arguments and variables over it. */
function withRuntime(model: YamlNode, base: YamlNode | undefined, place: Place): Container {
  const own = containerOf(model, place);
  if (!base) return own;
  const runtime = containerOf(base, place);
  const [first, second] = [runtime.args, own.args];
  const environment = new Map([...runtime.environment, ...own.environment]);
  return {
    ...runtime,
    image: own.image ?? runtime.image,
    command: own.command ?? runtime.command,
    args: first && second ? { ...first, items: [...first.items, ...second.items] } : (second ?? first),
    environment,
    variables: new Map([...runtime.variables, ...own.variables]),
    expand: (text) => {
      const first = runtime.expand(text);
      return first.text === null ? own.expand(text) : first;
    },
  };
}

function engineSheet(model: YamlNode, container: Container, isHuggingFace: boolean) {
  const read = readContainer(container);
  if (read) return read;
  const format = at(model, "modelFormat", "name");
  const name = scalarText(format)?.toLowerCase();
  if (isHuggingFace || name === "huggingface") return readHuggingFaceServer(container, placeOf(format ?? model));
  if (name !== "vllm" || !format) return null;
  const words = argumentWords(container.args, container.expand, new Map());
  return readEngineFlags({ engine: "vllm", words, at: placeOf(format) });
}

/** The model is what the storage holds, unless the arguments name another. */
function stateStorage(sheet: FactSheet, uri: YamlNode | undefined, whole: YamlNode | undefined): void {
  const stated = sheet.facts.model_id;
  if (stated && !MOUNTED_MODEL.test(stated.value)) return;
  const text = scalarText(uri);
  if (uri && text !== undefined && !isUnrendered(text)) {
    const model = text.replace(/^hf:\/\//, "").replace(/\/$/, "");
    setFact(sheet, "model_id", model, placeOf(uri), model === text ? undefined : text);
    return;
  }
  const place = whole ? placeOf(whole) : stated?.at;
  if (stated) delete sheet.facts.model_id;
  if (place)
    setUnresolved(sheet, "model_id", stated?.value ?? "storage", "the file does not say which model is mounted", place);
}

/** `workerSpec`: one replica spans the head and its workers. */
function readWorkers(sheet: FactSheet, predictor: YamlNode): void {
  const worker = at(predictor, "workerSpec");
  for (const [key, fact] of [
    ["pipelineParallelSize", "pipeline_parallel"],
    ["tensorParallelSize", "tensor_parallel"],
  ] as const) {
    const node = at(worker, key);
    if (node && !sheet.facts[fact] && typeof node.value === "number") setFact(sheet, fact, node.value, placeOf(node));
  }
}

/** The service's own pod settings over those of its runtime. */
function merged(runtime: YamlNode | undefined, predictor: YamlNode): YamlNode {
  return runtime ? { ...predictor, entries: new Map([...runtime.entries, ...predictor.entries]) } : predictor;
}

/** LLMInferenceService: a model by its URI, its parallelism, and a pod template; prefill may run apart. */
export const readLlmInferenceService: ReadObject = (from, { links }) => {
  const spec = at(from.root, "spec");
  const model = at(spec, "model");
  if (!spec || !model) return null;
  const parts: readonly (readonly [string, YamlNode | undefined])[] = [
    ["decode", spec],
    ["prefill", at(spec, "prefill")],
  ];
  const drafts = parts.flatMap(([part, node]) => (node ? [readLlmPart(part, node, model, { from, links })] : []));
  return { drafts, notes: [] };
};

function readLlmPart(part: string, node: YamlNode, model: YamlNode, rest: Omit<Place, "pod">) {
  const pod = at(node, "template") ?? node;
  const place: Place = { ...rest, pod };
  const main = containersOf(pod).find((each) => scalarText(at(each, "name")) === "main") ?? containersOf(pod)[0];
  const container = containerOf(main ?? node, place);
  const read = main ? readContainer(container) : null;
  const extra = container.environment.get("VLLM_ADDITIONAL_ARGS")?.node;
  const words = argumentWords(extra, container.expand, new Map());
  const sheet = read && "facts" in read ? read : readEngineFlags({ engine: "vllm", words, at: placeOf(model) });
  delete sheet.facts.model_id;
  stateStorage(sheet, at(model, "uri"), model);
  stateParallelism(sheet, at(node, "parallelism"));
  readCount(sheet, "replicas", at(node, "replicas"));
  readPod(sheet, at(main, "resources"), place);
  stateAccelerator(sheet, at(rest.from.root, "metadata", "labels", ACCELERATOR_LABEL));
  return draftOf(sheet, part);
}

/** llm-d's autoscaler asks for it: the board that the service runs on. */
const ACCELERATOR_LABEL = "inference.optimization/acceleratorName";

function stateAccelerator(sheet: FactSheet, label: YamlNode | undefined): void {
  const board = scalarText(label);
  if (label && board && !sheet.facts.hardware_platform && !isUnrendered(board))
    setFact(sheet, "hardware_platform", board, placeOf(label), `${ACCELERATOR_LABEL}: ${board}`);
}

function stateParallelism(sheet: FactSheet, parallelism: YamlNode | undefined): void {
  for (const [key, fact] of [
    ["tensor", "tensor_parallel"],
    ["pipeline", "pipeline_parallel"],
    ["data", "data_parallel"],
  ] as const) {
    const node = at(parallelism, key);
    if (node && !sheet.facts[fact] && typeof node.value === "number") setFact(sheet, fact, node.value, placeOf(node));
  }
}

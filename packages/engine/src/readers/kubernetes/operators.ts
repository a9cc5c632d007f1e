import { type Container, type Environment, isUnrendered } from "../container/container.ts";
import { readContainer } from "../container/engine.ts";
import { readOptions } from "../container/options.ts";
import { engineImage } from "../engine-images.ts";
import { emptySheet, type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { at, placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";
import type { Place } from "./container.ts";
import { containerOf } from "./container.ts";
import { draftOf, NO_DRAFTS, type ReadObject, readPod } from "./draft.ts";
import type { Links } from "./links.ts";
import { collect } from "./pods.ts";
import type { Resource } from "./resource.ts";
import { readCount, readOwnBounds } from "./scaling.ts";

/** `{repository, tag}` as one image text. */
export function imageText(image: YamlNode | undefined): YamlNode | undefined {
  if (image?.kind !== "map") return image;
  const repository = at(image, "repository") ?? at(image, "name");
  const registry = scalarText(at(image, "registry"));
  const name = scalarText(repository);
  if (!repository || name === undefined) return undefined;
  const tag = scalarText(at(image, "tag")) ?? "";
  return { ...repository, value: `${registry ? `${registry}/` : ""}${name}${tag === "" ? "" : `:${tag}`}` };
}

/** NIMService of NVIDIA's operator. */
export const readNimService: ReadObject = (from, { links }) => {
  const spec = at(from.root, "spec");
  if (!spec) return null;
  const place: Place = { pod: spec, from, links };
  const read = readContainer({ ...containerOf(spec, place), image: imageText(at(spec, "image")) });
  if (!read || "note" in read) return NO_DRAFTS;
  readCache(read, at(spec, "storage", "nimCache", "name"), from, links);
  readCount(read, "replicas", at(spec, "replicas"));
  if (at(spec, "scale", "enabled")?.value === true) {
    const hpa = at(spec, "scale", "hpa");
    readOwnBounds(read, at(hpa, "minReplicas"), at(hpa, "maxReplicas"), `NIMService ${from.name}`);
  }
  readPod(read, at(spec, "resources"), place);
  return { drafts: [draftOf(read, "nim")], notes: [] };
};

/** An image for any model serves the one that its cache was filled with. */
function readCache(sheet: FactSheet, named: YamlNode | undefined, from: Resource, links: Links): void {
  const name = scalarText(named);
  if (sheet.facts.model_id || name === undefined) return;
  const source = at(links.find(["NIMCache"], name, from)?.root, "spec", "source", "hf");
  const model = at(source, "modelName");
  const [organization, id] = [scalarText(at(source, "namespace")), scalarText(model)];
  if (!model || organization === undefined || id === undefined) return;
  setFact(sheet, "model_id", `${organization}/${id}`, placeOf(model));
  sheet.unresolved.splice(0, sheet.unresolved.length, ...sheet.unresolved.filter(({ fact }) => fact !== "model_id"));
}

/** ModelBooster of Volcano's kthena: a model by its URI, workers with the engine's options as a map. */
export const readModelBooster: ReadObject = (from, { links }) => {
  const backend = at(from.root, "spec", "backend");
  const type = at(backend, "type");
  const uri = at(backend, "modelURI");
  const model = scalarText(uri);
  if (!backend || !type || !uri || model === undefined || !/^vllm/i.test(scalarText(type) ?? "")) return null;
  return collect(at(backend, "workers")?.items ?? [], (worker) => {
    const image = engineImage(scalarText(at(worker, "image")) ?? "");
    if (image?.other_device === "cpu") return null;
    const sheet = readOptions("vllm", placeOf(type), at(worker, "config"));
    if (isUnrendered(model)) setUnresolved(sheet, "model_id", "modelURI", "the value is not known", placeOf(uri));
    else setFact(sheet, "model_id", model.replace(/^hf:\/\//, ""), placeOf(uri), model);
    readCount(sheet, "replicas", at(backend, "replicas"));
    readOwnBounds(sheet, at(backend, "minReplicas"), at(backend, "maxReplicas"), `ModelBooster ${from.name}`);
    readPod(sheet, at(worker, "resources"), { pod: worker, from, links });
    return draftOf(sheet, scalarText(at(worker, "type")) ?? "worker");
  });
};

/** Model of KubeAI: an engine, a URL and a resource profile (`nvidia-gpu-l4:2`). */
export const readKubeAiModel: ReadObject = (from) => {
  const spec = at(from.root, "spec");
  const url = at(spec, "url");
  const engine = at(spec, "engine");
  if (from.group !== "kubeai.org" || !engine || scalarText(engine) !== "VLLM") return null;
  const sheet = readOptions("vllm", placeOf(engine), undefined, at(spec, "args"));
  const model = scalarText(url);
  if (url && model !== undefined)
    setFact(sheet, "model_id", model.replace(/^hf:\/\//, "").split("?")[0] ?? model, placeOf(url), model);
  const profile = at(spec, "resourceProfile");
  const text = scalarText(profile) ?? "";
  const [, board, count] = /^(?:nvidia-gpu-)?([\w.-]{1,80}?)(?::(\d{1,3}))?$/.exec(text) ?? [];
  if (profile && /^cpu\b/.test(text)) {
    const note = {
      fact: "document" as const,
      text: from.name,
      why: "runs on the CPU: no GPU deployment",
      at: placeOf(profile),
    };
    return { drafts: [], notes: [note] };
  }
  if (profile && board !== undefined) {
    setFact(sheet, "hardware_platform", board, placeOf(profile), text);
    setFact(sheet, "gpus_per_replica", Number(count ?? "1"), placeOf(profile), text);
  }
  readCount(sheet, "replicas", at(spec, "replicas"));
  readOwnBounds(sheet, at(spec, "minReplicas"), at(spec, "maxReplicas"), `Model ${from.name}`);
  return { drafts: [draftOf(sheet, "model")], notes: [] };
};

/** Workspace of KAITO: a preset model on an Azure machine type. */
export const readKaitoWorkspace: ReadObject = (from, { links }) => {
  const resource = at(from.root, "resource");
  const inference = at(from.root, "inference");
  const tuning = at(from.root, "tuning");
  if (!/^kaito\.sh$/.test(from.group) || !resource || !(inference ?? tuning)) return null;
  const preset = at(inference ?? tuning, "preset", "name");
  const name = scalarText(preset);
  const sheet = emptySheet();
  if (preset && name !== undefined) {
    const runtime = at(from.root, "metadata", "annotations", "kaito.sh/runtime");
    const transformers = scalarText(runtime) === "transformers" || !inference;
    setFact(
      sheet,
      "framework",
      transformers ? "transformers" : "vllm",
      placeOf(runtime ?? preset),
      runtime || !inference ? undefined : "KAITO's default runtime",
    );
    setFact(sheet, "model_id", name, placeOf(preset));
  } else {
    const pod = at(inference, "template", "spec") ?? at(inference, "template");
    if (!pod) return NO_DRAFTS;
    const place: Place = { pod, from, links };
    return collect(at(pod, "containers")?.items ?? [], (container) => {
      const read = readContainer(containerOf(container, place));
      if (read === null || "note" in read) return read;
      readPod(read, at(container, "resources"), place);
      return draftOf(read, "inference");
    });
  }
  const machine = at(resource, "instanceType");
  const type = scalarText(machine);
  if (machine && type !== undefined) stateMachine(sheet, machine, type);
  readCount(sheet, "nodes_per_replica", at(resource, "count"));
  const purpose = tuning && !inference ? "training" : "inference";
  return { drafts: [{ ...draftOf(sheet, "preset", purpose === "inference"), purpose }], notes: [] };
};

/** MultiRoleInference of KAITO: prefill and decode on machine types of their own. */
export const readKaitoRoles: ReadObject = (from) => {
  const model = at(from.root, "spec", "model", "name");
  const name = scalarText(model);
  if (from.group !== "kaito.sh" || !model || name === undefined) return null;
  return collect(at(from.root, "spec", "roles")?.items ?? [], (role) => {
    const sheet = emptySheet();
    setFact(sheet, "framework", "vllm", placeOf(model), "KAITO's default runtime");
    setFact(sheet, "model_id", name, placeOf(model));
    const machine = at(role, "instanceType");
    const type = scalarText(machine);
    if (machine && type !== undefined) stateMachine(sheet, machine, type);
    readCount(sheet, "replicas", at(role, "replicas"));
    return draftOf(sheet, scalarText(at(role, "type")) ?? "role");
  });
};

/** A machine type, or the gap that a template's author left. */
function stateMachine(sheet: FactSheet, node: YamlNode, type: string): void {
  if (/^<.{0,100}>$/.test(type))
    setUnresolved(sheet, "hardware_platform", type, "the value is not known", placeOf(node));
  else setFact(sheet, "hardware_platform", type, placeOf(node));
}

/** VLLMRuntime of the vLLM production stack's operator. */
export const readVllmRuntime: ReadObject = (from) => {
  const spec = at(from.root, "spec");
  const url = at(spec, "model", "modelURL");
  if (!spec || !url) return null;
  const config = at(spec, "vllmConfig");
  const sheet = readOptions("vllm", placeOf(url), config, at(config, "extraArgs"));
  for (const [key, fact] of [
    ["maxModelLen", "max_model_len"],
    ["maxNumSeqs", "max_num_seqs"],
  ] as const) {
    const node = at(spec, "model", key);
    if (node && typeof node.value === "number" && !sheet.facts[fact]) setFact(sheet, fact, node.value, placeOf(node));
  }
  const model = scalarText(url);
  if (model !== undefined && !isUnrendered(model)) setFact(sheet, "model_id", model, placeOf(url));
  else setUnresolved(sheet, "model_id", model ?? "", "the value is not known", placeOf(url));
  const deployment = at(spec, "deploymentConfig");
  readCount(sheet, "replicas", at(deployment, "replicas") ?? at(spec, "replicas"));
  readCount(sheet, "gpus_per_replica", at(deployment, "resources", "gpu") ?? at(spec, "resources", "gpu"));
  const scaling = at(spec, "autoscalingConfig") ?? at(deployment, "autoscalingConfig");
  readOwnBounds(sheet, at(scaling, "minReplicas"), at(scaling, "maxReplicas"), `VLLMRuntime ${from.name}`);
  return { drafts: [draftOf(sheet, "vllm")], notes: [] };
};

/** DynamoGraphDeployment of NVIDIA Dynamo: each service that runs an engine. */
export const readDynamoGraph: ReadObject = (from, { links }) =>
  collect([...(at(from.root, "spec", "services")?.entries ?? [])], ([name, service]) => {
    const pod = at(service, "extraPodSpec") ?? service;
    const main = at(pod, "mainContainer");
    const place: Place = { pod, from, links };
    const container: Container = containerOf(main ?? service, place);
    const read = readContainer({ ...container, environment: withEnvs(container.environment, at(service, "envs")) });
    if (read === null || "note" in read) return read;
    readCount(read, "replicas", at(service, "replicas"));
    readPod(read, at(main, "resources"), place);
    if (!read.facts.gpus_per_replica) {
      readCount(
        read,
        "gpus_per_replica",
        at(service, "resources", "limits", "gpu") ?? at(service, "resources", "requests", "gpu"),
      );
    }
    readOwnBounds(read, at(service, "autoscaling", "minReplicas"), at(service, "autoscaling", "maxReplicas"), name);
    return draftOf(read, name);
  });

const withEnvs = (environment: Environment, entries: YamlNode | undefined): Environment =>
  new Map([
    ...environment,
    ...(entries?.items ?? []).flatMap((entry) => {
      const [name, node] = [scalarText(at(entry, "name")), at(entry, "value")];
      return name !== undefined && node ? [[name, { text: scalarText(node) ?? null, node }] as const] : [];
    }),
  ]);

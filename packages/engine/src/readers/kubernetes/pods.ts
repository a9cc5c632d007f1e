import { baseName } from "../engine-command.ts";
import { type FactSheet, setFact } from "../fact-sheet.ts";
import { parseCount } from "../whole-number.ts";
import { at, placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";
import type { Place } from "./container.ts";
import {
  type Draft,
  type Drafts,
  draftOf,
  labelsOf,
  type ReadObject,
  readEngineContainer,
  readPod,
  readSlice,
  stateGpus,
  together,
  trainingDraft,
} from "./draft.ts";
import { readPlacement, readResources } from "./gpu.ts";
import type { Links } from "./links.ts";
import type { Resource } from "./resource.ts";
import { readCount } from "./scaling.ts";
import { containersOf, partName, podsWithin, type Role, type Workload, workloadOf } from "./workload.ts";

/** Objects whose pods are all alike: Deployment, StatefulSet, Job, …; of a kind that is not known, every pod within it. */
export const readPods: ReadObject = (from, { links }) => {
  const workload = workloadOf(from);
  if (workload) return readWorkload(workload, from, links, null);
  return together(podsWithin(from).map((each) => readWorkload(each, from, links, each)));
};

function readWorkload(workload: Workload, from: Resource, links: Links, within: Role | null): Drafts {
  const place: Place = { pod: workload.pod, from, links, given: sizeVariables(within?.size) };
  const role = within?.role ?? null;
  return collect(workload.containers, (container) => {
    const part = role === null ? partName(container) : `${role}/${partName(container)}`;
    const sheet = readEngineContainer(container, place);
    if (sheet === null) {
      if (workload.always_on || !isTraining(container)) return null;
      return trainingDraft(part, at(container, "resources"), place, placeOf(from.root));
    }
    if ("note" in sheet) return sheet;
    readCount(sheet, "replicas", workload.replicas);
    if (from.group === "serving.knative.dev") {
      readCount(sheet, "max_concurrency", at(from.root, "spec", "template", "spec", "containerConcurrency"));
    }
    readPod(sheet, at(container, "resources"), place);
    if (within?.size && !sheet.facts.nodes_per_replica) readCount(sheet, "nodes_per_replica", within.size);
    joinNodes(sheet, within?.size !== undefined);
    return draftOf(sheet, part, workload.always_on);
  });
}

/** What controllers of groups of pods call the size of one. */
function sizeVariables(size: YamlNode | undefined): NonNullable<Place["given"]> {
  const text = scalarText(size);
  if (!size || text === undefined) return new Map();
  return new Map(["LWS_GROUP_SIZE", "RBG_LWP_GROUP_SIZE"].map((name) => [name, { text, node: size }]));
}

/** `--nnodes 2`: one replica is as many pods, of this object or of others like it; its GPUs are those of all. */
function joinNodes({ facts }: FactSheet, countsGroups: boolean): void {
  const { nodes_per_replica: nodes, gpus_per_replica: gpus, replicas } = facts;
  if (!nodes || nodes.value < 2) return;
  const text = `${nodes.value} pods`;
  if (gpus) facts.gpus_per_replica = { ...gpus, value: gpus.value * nodes.value, text };
  if (!countsGroups && replicas && replicas.value > 0 && replicas.value % nodes.value === 0)
    facts.replicas = { ...replicas, value: replicas.value / nodes.value, text };
}

/** LeaderWorkerSet: one replica is a group of pods, the leader's and `size` - 1 workers. */
export const readLeaderWorkerSet: ReadObject = (from, { links }) => {
  const template = at(from.root, "spec", "leaderWorkerTemplate");
  const worker = at(template, "workerTemplate", "spec");
  const pod = at(template, "leaderTemplate", "spec") ?? worker;
  if (!pod) return null;
  const sizeNode = at(template, "size");
  const size = sizeNode ? parseCount(scalarText(sizeNode) ?? "") : 1;
  const given = new Map(
    sizeNode && size !== null ? [["LWS_GROUP_SIZE", { text: String(size), node: sizeNode }] as const] : [],
  );
  const place: Place = { pod, from, links, given };
  return collect(containersOf(pod), (container) => {
    const sheet = readEngineContainer(container, place);
    if (sheet === null || "note" in sheet) return sheet;
    readCount(sheet, "replicas", at(from.root, "spec", "replicas"));
    readCount(sheet, "nodes_per_replica", sizeNode);
    readPlacement(sheet, labelsOf(place), pod);
    const own = readResources(sheet, at(container, "resources"));
    const others = pod === worker ? own : workerGpus(worker, sheet);
    if (own && own.count !== null && size !== null && (size === 1 || (others && others.count !== null))) {
      const total = own.count + (size - 1) * (others?.count ?? 0);
      setFact(sheet, "gpus_per_replica", total, placeOf(own.node), size > 1 ? `${size} pods` : undefined);
    } else stateGpus(sheet, own && { ...own, count: null });
    readSlice(sheet);
    return draftOf(sheet, partName(container));
  });
};

function workerGpus(pod: YamlNode | undefined, sheet: Draft["sheet"]) {
  for (const container of containersOf(pod)) {
    const asked = readResources(sheet, at(container, "resources"));
    if (asked) return asked;
  }
  return null;
}

type Read = Draft | { readonly note: Drafts["notes"][number] } | null;

export function collect<T>(items: readonly T[], read: (item: T) => Read): Drafts {
  const all = items.map(read).filter((each) => each !== null);
  return {
    drafts: all.flatMap((each) => ("note" in each ? [] : [each])),
    notes: all.flatMap((each) => ("note" in each ? [each.note] : [])),
  };
}

const TRAINERS = new Set(["torchrun", "accelerate", "deepspeed", "axolotl", "llamafactory-cli", "tune", "autotrain"]);
const TRAINING_SCRIPT =
  /(?:^|[/_-])(?:pre|fine|re)?[_-]?(?:train|training|tune|tuning|finetune|sft|dpo|grpo|qlora|lora)(?:[_-]\w{1,60})?\.(?:py|sh)$/i;

/** Does its command start a training run? */
export function isTraining(container: YamlNode): boolean {
  const words = [at(container, "command"), at(container, "args")]
    .flatMap((node) => (node?.kind === "scalar" ? [node] : (node?.items ?? [])))
    .flatMap((node) => (scalarText(node) ?? "").slice(0, 20_000).split(/\s+/));
  return words.some((word) => TRAINERS.has(baseName(word)) || TRAINING_SCRIPT.test(word.slice(0, 300)));
}

import type { Deployment, Position, Unresolved } from "../../domain/deployment.ts";
import type { Container } from "../container/container.ts";
import { downloadedTo } from "../container/downloads.ts";
import { readContainer } from "../container/engine.ts";
import { emptySheet, type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { at, placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";
import { readClaims } from "./claims.ts";
import { containerOf, type Place } from "./container.ts";
import {
  type AskedGpus,
  addExpressions,
  type NodeLabels,
  readPlacement,
  readResources,
  requiredLabels,
} from "./gpu.ts";
import type { Resource } from "./resource.ts";

/** A deployment as its object says it, before what stands around it is added. */
export interface Draft {
  readonly sheet: FactSheet;
  /** The container or application within the object. */
  readonly part: string;
  /** Where its object's name is not its own. */
  readonly name?: string;
  readonly purpose: Deployment["purpose"];
  readonly always_on: boolean;
  readonly when_enabled?: string;
  readonly at?: Position;
}

/** What an object holds: deployments, and what may be one and could not be read. */
export interface Drafts {
  readonly drafts: readonly Draft[];
  readonly notes: readonly Unresolved[];
}
export const NO_DRAFTS: Drafts = { drafts: [], notes: [] };

export const together = (all: readonly Drafts[]): Drafts => ({
  drafts: all.flatMap(({ drafts }) => drafts),
  notes: all.flatMap(({ notes }) => notes),
});

/** Facts of an engine's container; null where it runs none; CPU and doubt are notes. */
export function readEngineContainer(node: YamlNode, place: Place): FactSheet | { readonly note: Unresolved } | null {
  const container = containerOf(node, place);
  const read = readContainer(container);
  if (read === null || "note" in read) return read;
  stateDownloaded(read, container, place);
  if (read.facts.device?.value !== "cpu") return read;
  return {
    note: {
      fact: "document",
      text: place.from.name,
      why: "runs on the CPU: no GPU deployment",
      at: read.facts.device.at,
    },
  };
}

/** A folder is no model: what the pod fetches to it before is. */
export function stateDownloaded(sheet: FactSheet, container: Container, place: Place): void {
  const folder = sheet.facts.model_id;
  if (!folder?.value.startsWith("/")) return;
  const before = (at(place.pod, "initContainers")?.items ?? []).map((each) => containerOf(each, place));
  const found = downloadedTo(folder.value, [...before, container]);
  if (found) setFact(sheet, "model_id", found.model, found.at, folder.value);
}

/** GPUs and placement of a replica that is one pod. */
export function readPod(sheet: FactSheet, resources: YamlNode | undefined, place: Place): void {
  stateGpus(sheet, readResources(sheet, resources) ?? readClaims(sheet, resources, place));
  readPlacement(sheet, labelsOf(place), place.pod);
  readSlice(sheet);
}

export function stateGpus(sheet: FactSheet, asked: AskedGpus | null): void {
  if (!asked) return;
  const at = placeOf(asked.node);
  if (asked.count !== null) setFact(sheet, "gpus_per_replica", asked.count, at);
  else setUnresolved(sheet, "gpus_per_replica", asked.text, "expected a whole number", at);
}

/** A slice of a board that no label names. */
export function readSlice(sheet: FactSheet): void {
  const slice = sheet.facts.mig_profile;
  if (!slice || sheet.facts.hardware_platform) return;
  setUnresolved(
    sheet,
    "hardware_platform",
    slice.text ?? slice.value,
    "a slice of a GPU that no label names",
    slice.at,
  );
}

/** Labels of the nodes that it may run on; a Karpenter NodePool of the repository says what its nodes are. */
export function labelsOf({ pod, from, links }: Place): NodeLabels {
  const labels = new Map(requiredLabels(pod));
  const name = scalarText(labels.get("karpenter.sh/nodepool")?.[0] ?? labels.get("karpenter.sh/provisioner-name")?.[0]);
  const pool =
    name === undefined ? null : links.find(["NodePool", "Provisioner"], name, { ...from, namespace: undefined });
  const requirements = new Map<string, readonly YamlNode[]>();
  addExpressions(
    requirements,
    at(pool?.root, "spec", "template", "spec", "requirements") ?? at(pool?.root, "spec", "requirements"),
  );
  return new Map([...requirements, ...labels]);
}

/** GPUs without an engine: training, where its command says so. */
export function trainingDraft(part: string, resources: YamlNode | undefined, place: Place, at: Position): Draft | null {
  const sheet = emptySheet();
  readPod(sheet, resources, place);
  return sheet.facts.gpus_per_replica ? { sheet, part, purpose: "training", always_on: false, at } : null;
}

export const draftOf = (sheet: FactSheet, part: string, always_on = true): Draft => ({
  sheet,
  part,
  purpose: "inference",
  always_on,
});

export type ReadObject = (resource: Resource, place: Omit<Place, "pod" | "from">) => Drafts | null;

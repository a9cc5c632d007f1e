import type { Facts } from "../../domain/deployment.ts";
import { isUnrendered } from "../container/container.ts";
import { type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { parseCount } from "../whole-number.ts";
import { at, placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";

/** Extended resources that count accelerators, and what each is. */
const COUNTED: ReadonlyMap<string, NonNullable<Facts["device"]>["value"]> = new Map([
  ["nvidia.com/gpu", "gpu"],
  ["amd.com/gpu", "gpu"],
  ["google.com/tpu", "tpu"],
  ["aws.amazon.com/neuron", "neuron"],
  ["aws.amazon.com/neurondevice", "neuron"],
  ["aws.amazon.com/neuroncore", "neuron"],
  ["habana.ai/gaudi", "hpu"],
  ["gpu.intel.com/i915", "xpu"],
  ["gpu.intel.com/xe", "xpu"],
]);
/** One of several that share a card. */
const SHARED =
  /^nvidia\.com\/(?:gpu\.shared|gpumem|gpumem-percentage|gpucores|vgpu)$|^(?:aliyun\.com\/gpu-mem|tencent\.com\/vcuda-core)$/;
const MIG = /^nvidia\.com\/mig-([\w.-]{1,40})$/;

export const asksForAccelerator = (resources: YamlNode | undefined): boolean =>
  ["limits", "requests"].some((kind) =>
    [...(at(resources, kind)?.entries.keys() ?? [])].some(
      (name) => COUNTED.has(name) || MIG.test(name) || SHARED.test(name),
    ),
  ) || at(resources, "claims") !== undefined;

/** What one container of a replica asks for; null = nothing. */
export interface AskedGpus {
  readonly count: number | null;
  readonly node: YamlNode;
  readonly text: string;
}

/** GPU count, and what kind, from the container's resources. The count goes to the caller: a replica may span pods. */
export function readResources(sheet: FactSheet, resources: YamlNode | undefined): AskedGpus | null {
  for (const kind of ["limits", "requests"]) {
    for (const [name, node] of at(resources, kind)?.entries ?? []) {
      const written = scalarText(node) ?? "";
      const profile = MIG.exec(name)?.[1];
      if (profile !== undefined) {
        setFact(sheet, "mig_profile", profile, placeOf(node), name);
        return { count: parseCount(written, 0), node, text: written };
      }
      if (SHARED.test(name)) {
        setUnresolved(
          sheet,
          "gpus_per_replica",
          `${name}: ${written}`,
          "a share of a GPU, not a whole one",
          placeOf(node),
        );
        return null;
      }
      const device = COUNTED.get(name);
      if (device === undefined) continue;
      if (device !== "gpu") setFact(sheet, "device", device, placeOf(node), name);
      if (name === "amd.com/gpu") {
        setUnresolved(sheet, "hardware_platform", name, "an AMD GPU that the resource does not name", placeOf(node));
      }
      return { count: parseCount(written, 0), node, text: written };
    }
  }
  return null;
}

/** The label of a board whose time is sliced among pods: what a pod asks for is a turn, not a board. */
const SHARED_BOARD = /-SHARED$/;

/** Node labels that name a board, most exact first; then those that name a machine; then those of a team's own. */
const GPU_LABELS: readonly RegExp[] = [
  /^nvidia\.com\/gpu\.product$/,
  /^cloud\.google\.com\/gke-accelerator$/,
  /^cloud\.google\.com\/gke-tpu-accelerator$/,
  /^gpu\.nvidia\.com\/(?:class|model)$/,
  /^(?:karpenter\.k8s\.aws|eks\.amazonaws\.com)\/instance-gpu-name$/,
  /^k8s\.amazonaws\.com\/accelerator$/,
  /^amd\.com\/gpu\.(?:product-name|family)$/,
  /^(?:node|beta)\.kubernetes\.io\/instance-type$/,
  /^(?:cloud\.google\.com\/machine-type|nvidia\.com\/gpu\.machine)$/,
  /^(?:karpenter\.k8s\.aws|eks\.amazonaws\.com)\/instance-family$/,
  /^(?:cloud\.google\.com\/machine-family|karpenter\.azure\.com\/sku-(?:name|gpu-name))$/,
];
/** A label of the team's own counts only where its value is like a board's name. */
const OWN_GPU_LABEL = /(?:^|[/._-])(?:gpu|accelerator|sku)(?:[._-](?:type|model|name|product|class|sku))?$/i;
const BOARD =
  /^(?:nvidia[-_ ]?)?(?:geforce[-_ ]?)?(?:tesla[-_ ]?)?(?:rtx[-_ ]?(?:pro[-_ ]?)?(?:a?\d{4}|\d{4}[-_ ]?ada)|[abhlv]\d{1,3}[sg]?|gb\d{3}|gh200|t4|mi\d{3}x?)(?:[-_ ][\w.-]{1,40})?$/i;
const REGION_LABELS = ["topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"];
const ZONE_LABELS = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];

export type NodeLabels = ReadonlyMap<string, readonly YamlNode[]>;

/** Labels that a node must have: the node selector and the required node affinity. */
export function requiredLabels(podSpec: YamlNode): NodeLabels {
  const labels = new Map<string, readonly YamlNode[]>();
  const required = at(podSpec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  for (const term of at(required, "nodeSelectorTerms")?.items ?? [])
    addExpressions(labels, at(term, "matchExpressions"));
  for (const [key, node] of at(podSpec, "nodeSelector")?.entries ?? []) labels.set(key, [node]);
  return labels;
}

/** `[{key, operator: In, values}]`: of an affinity term, of a Karpenter NodePool. */
export function addExpressions(labels: Map<string, readonly YamlNode[]>, expressions: YamlNode | undefined): void {
  for (const expression of expressions?.items ?? []) {
    const key = scalarText(at(expression, "key"));
    if (key === undefined || scalarText(at(expression, "operator")) !== "In") continue;
    labels.set(key, [...(labels.get(key) ?? []), ...(at(expression, "values")?.items ?? [])]);
  }
}

/** GPU type and region, from the labels of the nodes that it may run on; a toleration that names a board as the last resort. */
export function readPlacement(sheet: FactSheet, labels: NodeLabels, podSpec: YamlNode): void {
  const names = [...labels.keys()];
  const label =
    GPU_LABELS.map((pattern) => names.find((name) => pattern.test(name))).find((name) => name !== undefined) ??
    names.find((name) => OWN_GPU_LABEL.test(name) && BOARD.test(scalarText(labels.get(name)?.[0]) ?? ""));
  if (!sheet.facts.hardware_platform) {
    if (label !== undefined) stateLabel(sheet, "hardware_platform", label, labels.get(label) ?? []);
    else readToleration(sheet, podSpec);
  }
  const region = REGION_LABELS.find((name) => labels.has(name));
  if (region !== undefined) stateLabel(sheet, "region", region, labels.get(region) ?? []);
  else readZone(sheet, labels);
}

/** `us-east1-b` and `us-east-1a` lie in the region that their name starts with. */
function readZone(sheet: FactSheet, labels: NodeLabels): void {
  const label = ZONE_LABELS.find((name) => labels.has(name));
  const nodes = label === undefined ? [] : (labels.get(label) ?? []);
  const regions = nodes.map((node) => regionOfZone(scalarText(node) ?? ""));
  const [node] = nodes;
  const [region] = regions;
  if (!node || !region || !regions.every((each) => each === region)) return;
  setFact(sheet, "region", region, placeOf(node), `${label}: ${scalarText(node)}`);
}

const regionOfZone = (zone: string): string | null =>
  /^([a-z]{2,14}-[a-z]{3,14}\d)-[a-f]$/.exec(zone)?.[1] ??
  /^([a-z]{2}(?:-gov)?-[a-z]{4,9}-\d)[a-f]$/.exec(zone)?.[1] ??
  null;

function readToleration(sheet: FactSheet, podSpec: YamlNode): void {
  for (const toleration of at(podSpec, "tolerations")?.items ?? []) {
    const value = at(toleration, "value");
    const text = scalarText(value);
    if (value && text !== undefined && BOARD.test(text)) {
      setFact(
        sheet,
        "hardware_platform",
        text,
        placeOf(value),
        `toleration ${scalarText(at(toleration, "key")) ?? ""}: ${text}`,
      );
      return;
    }
  }
}

function stateLabel(
  sheet: FactSheet,
  fact: "hardware_platform" | "region",
  label: string,
  values: readonly YamlNode[],
): void {
  const [first] = values;
  if (!first) return;
  const text = scalarText(first);
  const different = new Set(values.map((value) => scalarText(value)));
  if (different.size > 1) setUnresolved(sheet, fact, label, "several values are allowed", placeOf(first));
  else if (text === undefined || text === "" || isUnrendered(text))
    setUnresolved(sheet, fact, label, "the value is not known", placeOf(first));
  else if (fact === "hardware_platform") stateHardware(sheet, text, label, first);
  else setFact(sheet, fact, text, placeOf(first), `${label}: ${text}`);
}

/** `NVIDIA-A100-SXM4-40GB-MIG-1g.5gb` names the board and the slice, `…-SHARED` a board whose time is sliced. */
function stateHardware(sheet: FactSheet, text: string, label: string, node: YamlNode): void {
  const named = text.slice(0, 200).replace(SHARED_BOARD, "");
  const [, board, profile] = /^(.{1,100}?)-MIG-([\w.]{1,40})$/.exec(named) ?? [];
  setFact(sheet, "hardware_platform", board ?? named, placeOf(node), `${label}: ${text}`);
  if (profile !== undefined && !sheet.facts.mig_profile) setFact(sheet, "mig_profile", profile, placeOf(node), text);
  if (!SHARED_BOARD.test(text)) return;
  delete sheet.facts.gpus_per_replica;
  const why = "pods take turns on a board that is shared in time, so it is not a whole one";
  setUnresolved(sheet, "gpus_per_replica", text, why, placeOf(node));
}

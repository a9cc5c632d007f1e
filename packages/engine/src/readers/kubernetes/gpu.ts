import { type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { parseCount } from "../whole-number.ts";
import { at, placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";

/** Node labels that name a board, most exact first; then those that name a machine. */
const GPU_LABELS = [
  "nvidia.com/gpu.product",
  "cloud.google.com/gke-accelerator",
  "gpu.nvidia.com/class",
  "gpu.nvidia.com/model",
  "k8s.amazonaws.com/accelerator",
  "karpenter.k8s.aws/instance-gpu-name",
  "eks.amazonaws.com/instance-gpu-name",
  "node.kubernetes.io/instance-type",
  "beta.kubernetes.io/instance-type",
  "nvidia.com/gpu.machine",
];
const REGION_LABELS = ["topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"];

/** GPU count, from the container's resources. */
export function readGpuCount(sheet: FactSheet, container: YamlNode): void {
  for (const kind of ["limits", "requests"]) {
    for (const [name, node] of at(container, "resources", kind)?.entries ?? []) {
      if (name.startsWith("nvidia.com/mig-")) setFact(sheet, "hardware_platform", name, placeOf(node));
      if (
        name === "amd.com/gpu" ||
        name.startsWith("gpu.intel.com/") ||
        name === "google.com/tpu" ||
        name === "habana.ai/gaudi"
      ) {
        setUnresolved(sheet, "hardware_platform", name, "not an NVIDIA GPU: no evidence", placeOf(node));
      }
      if (name !== "nvidia.com/gpu") continue;
      const count = parseCount(scalarText(node) ?? "", 0);
      if (count !== null) {
        setFact(sheet, "gpus_per_replica", count, placeOf(node));
        return;
      }
      setUnresolved(sheet, "gpus_per_replica", scalarText(node) ?? name, "expected a whole number", placeOf(node));
    }
  }
}

/** GPU type and region, from the node selector and the required node affinity. */
export function readPlacement(sheet: FactSheet, podSpec: YamlNode): void {
  const labels = new Map<string, readonly YamlNode[]>();
  for (const [key, node] of at(podSpec, "nodeSelector")?.entries ?? []) labels.set(key, [node]);
  const required = at(podSpec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  for (const term of at(required, "nodeSelectorTerms")?.items ?? []) {
    for (const expression of at(term, "matchExpressions")?.items ?? []) {
      const key = scalarText(at(expression, "key"));
      if (key === undefined || scalarText(at(expression, "operator")) !== "In") continue;
      labels.set(key, [...(labels.get(key) ?? []), ...(at(expression, "values")?.items ?? [])]);
    }
  }
  const gpu = GPU_LABELS.find((label) => labels.has(label));
  if (gpu !== undefined && !sheet.facts.hardware_platform)
    stateLabel(sheet, "hardware_platform", gpu, labels.get(gpu) ?? []);
  const region = REGION_LABELS.find((label) => labels.has(label));
  if (region !== undefined) stateLabel(sheet, "region", region, labels.get(region) ?? []);
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
  if (values.length > 1) setUnresolved(sheet, fact, label, "several values are allowed", placeOf(first));
  else if (text === undefined || text.includes("{{"))
    setUnresolved(sheet, fact, label, "the value is not known", placeOf(first));
  else setFact(sheet, fact, text, placeOf(first), `${label}: ${text}`);
}

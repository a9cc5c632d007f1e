import { type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { parseCount } from "../whole-number.ts";
import { at, placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";
import type { Links } from "./links.ts";
import type { Resource } from "./resource.ts";

/** How a kind of autoscaler writes its target and its bounds. */
const SCALERS = [
  { kind: "HorizontalPodAutoscaler", min: "minReplicas", max: "maxReplicas" },
  { kind: "ScaledObject", min: "minReplicaCount", max: "maxReplicaCount" },
  { kind: "PodAutoscaler", min: "minReplicas", max: "maxReplicas" },
] as const;

/** Bounds of whatever scales this object; its own replicas are then a start, not a fleet. */
export function readScalers(sheet: FactSheet, target: Resource, links: Links): void {
  for (const { kind, min, max } of SCALERS) {
    for (const scaler of links.near(`${kind}>${target.name}`, target)) {
      const reference = at(scaler.root, "spec", "scaleTargetRef");
      const targetKind = scalarText(at(reference, "kind")) ?? "Deployment";
      if (targetKind !== target.kind || scalarText(at(reference, "name")) !== target.name) continue;
      setFact(sheet, "autoscaled", true, placeOf(reference ?? scaler.root), `${kind} ${scaler.name}`);
      readCount(sheet, "replicas_min", at(scaler.root, "spec", min));
      readCount(sheet, "replicas_max", at(scaler.root, "spec", max));
      return;
    }
  }
}

/** A number of pods, nodes or GPUs that a file states; what is no whole number is told. */
export function readCount(
  sheet: FactSheet,
  fact: "replicas" | "replicas_min" | "replicas_max" | "nodes_per_replica" | "gpus_per_replica" | "max_concurrency",
  node: YamlNode | undefined,
): void {
  if (!node || node.value === null) return;
  const written = scalarText(node) ?? "";
  const count = parseCount(written, 0);
  if (count !== null) setFact(sheet, fact, count, placeOf(node));
  else setUnresolved(sheet, fact, written, "expected a whole number", placeOf(node));
}

/** `minReplicas` and `maxReplicas` of an object that scales itself; equal bounds are a fixed fleet. */
export function readOwnBounds(
  sheet: FactSheet,
  min: YamlNode | undefined,
  max: YamlNode | undefined,
  what: string,
): void {
  readCount(sheet, "replicas_min", min);
  readCount(sheet, "replicas_max", max);
  const { replicas_min: low, replicas_max: high } = sheet.facts;
  if (!high) return;
  if (!low || low.value < high.value) setFact(sheet, "autoscaled", true, high.at, what);
  else if (!sheet.facts.replicas && low.value > 0) setFact(sheet, "replicas", low.value, low.at);
}

/** GPUs that the namespace may hold. */
export function readQuota(sheet: FactSheet, target: Resource, links: Links): void {
  if (!target.namespace) return;
  for (const quota of links.near("ResourceQuota", target)) {
    const hard = at(quota.root, "spec", "hard");
    const node = at(hard, "requests.nvidia.com/gpu") ?? at(hard, "limits.nvidia.com/gpu");
    const count = node && quota.namespace ? parseCount(scalarText(node) ?? "", 0) : null;
    if (node && count !== null) setFact(sheet, "gpu_quota", count, placeOf(node));
  }
}

import { at, scalarText, type YamlNode } from "../yaml-tree.ts";
import type { Resource } from "./resource.ts";

interface Shape {
  /** Path to the pod's spec. */
  readonly pod: readonly string[];
  /** Its replicas run all the time; a job's do not. */
  readonly always_on: boolean;
  readonly replicas?: readonly string[];
}

const TEMPLATE = ["spec", "template", "spec"];
const REPLICAS = ["spec", "replicas"];

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ["Deployment", { pod: TEMPLATE, always_on: true, replicas: REPLICAS }],
  ["StatefulSet", { pod: TEMPLATE, always_on: true, replicas: REPLICAS }],
  ["ReplicaSet", { pod: TEMPLATE, always_on: true, replicas: REPLICAS }],
  ["ReplicationController", { pod: TEMPLATE, always_on: true, replicas: REPLICAS }],
  ["DeploymentConfig", { pod: TEMPLATE, always_on: true, replicas: REPLICAS }],
  ["Rollout", { pod: TEMPLATE, always_on: true, replicas: REPLICAS }],
  ["CloneSet", { pod: TEMPLATE, always_on: true, replicas: REPLICAS }],
  ["DaemonSet", { pod: TEMPLATE, always_on: true }],
  ["Service", { pod: TEMPLATE, always_on: true }],
  ["Pod", { pod: ["spec"], always_on: true }],
  ["Job", { pod: TEMPLATE, always_on: false }],
  ["CronJob", { pod: ["spec", "jobTemplate", ...TEMPLATE], always_on: false }],
]);

export const POD_KINDS: readonly string[] = [...SHAPES.keys()];

/** Pods that run the same containers, as many as there are replicas. */
export interface Workload {
  readonly pod: YamlNode;
  readonly always_on: boolean;
  readonly replicas: YamlNode | undefined;
  readonly containers: readonly YamlNode[];
}

export function workloadOf({ kind, group, root }: Resource): Workload | null {
  const shape = SHAPES.get(kind);
  // A core Service has no pod; Knative's has.
  if (!shape || (kind === "Service" && group !== "serving.knative.dev")) return null;
  const pod = at(root, ...shape.pod);
  if (!pod) return null;
  return {
    pod,
    always_on: shape.always_on,
    replicas: shape.replicas ? at(root, ...shape.replicas) : undefined,
    containers: containersOf(pod),
  };
}

export const containersOf = (pod: YamlNode | undefined): readonly YamlNode[] => at(pod, "containers")?.items ?? [];

export const partName = (container: YamlNode): string => scalarText(at(container, "name")) ?? "container";

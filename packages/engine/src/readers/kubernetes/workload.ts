import { at, scalarText, type YamlNode } from "../yaml-tree.ts";

interface Shape {
  /** Path to the pod's spec. */
  readonly pod: readonly string[];
  /** Its replicas run all the time; a job's do not. */
  readonly always_on: boolean;
}

const TEMPLATE = ["spec", "template", "spec"];

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ["Deployment", { pod: TEMPLATE, always_on: true }],
  ["StatefulSet", { pod: TEMPLATE, always_on: true }],
  ["ReplicaSet", { pod: TEMPLATE, always_on: true }],
  ["DaemonSet", { pod: TEMPLATE, always_on: true }],
  ["Pod", { pod: ["spec"], always_on: true }],
  ["Job", { pod: TEMPLATE, always_on: false }],
  ["CronJob", { pod: ["spec", "jobTemplate", ...TEMPLATE], always_on: false }],
]);

export interface KubernetesWorkload {
  readonly kind: string;
  readonly always_on: boolean;
  readonly namespace: string;
  readonly name: string;
  readonly root: YamlNode;
  readonly pod: YamlNode;
  readonly replicas: YamlNode | undefined;
  readonly containers: readonly YamlNode[];
}

/** The workloads in one document, a `List` opened. */
export function workloadsIn(root: YamlNode): readonly KubernetesWorkload[] {
  const kind = scalarText(at(root, "kind")) ?? "";
  if (kind === "List") return (at(root, "items")?.items ?? []).flatMap(workloadsIn);
  const shape = SHAPES.get(kind);
  const pod = shape ? at(root, ...shape.pod) : undefined;
  if (!shape || !pod) return [];
  return [
    {
      kind,
      always_on: shape.always_on,
      namespace: scalarText(at(root, "metadata", "namespace")) ?? "default",
      name: scalarText(at(root, "metadata", "name")) ?? scalarText(at(root, "metadata", "generateName")) ?? "unnamed",
      root,
      pod,
      replicas: shape.always_on ? at(root, "spec", "replicas") : undefined,
      containers: at(pod, "containers")?.items ?? [],
    },
  ];
}

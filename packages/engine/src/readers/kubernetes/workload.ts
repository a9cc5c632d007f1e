import { at, scalarText, type YamlNode } from "../yaml-tree.ts";

/** Where each kind keeps its pod, and whether its replicas run all the time. */
const POD_PATHS: Readonly<Record<string, { readonly pod: readonly string[]; readonly always_on: boolean }>> = {
  Deployment: { pod: ["spec", "template", "spec"], always_on: true },
  StatefulSet: { pod: ["spec", "template", "spec"], always_on: true },
  ReplicaSet: { pod: ["spec", "template", "spec"], always_on: true },
  DaemonSet: { pod: ["spec", "template", "spec"], always_on: true },
  Pod: { pod: ["spec"], always_on: true },
  Job: { pod: ["spec", "template", "spec"], always_on: false },
  CronJob: { pod: ["spec", "jobTemplate", "spec", "template", "spec"], always_on: false },
};

export interface KubernetesWorkload {
  readonly kind: string;
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
  const shape = POD_PATHS[kind];
  const pod = shape ? at(root, ...shape.pod) : undefined;
  if (!shape || !pod) return [];
  return [
    {
      kind,
      namespace: scalarText(at(root, "metadata", "namespace")) ?? "default",
      name: scalarText(at(root, "metadata", "name")) ?? scalarText(at(root, "metadata", "generateName")) ?? "unnamed",
      root,
      pod,
      replicas: shape.always_on ? at(root, "spec", "replicas") : undefined,
      containers: at(pod, "containers")?.items ?? [],
    },
  ];
}

/** Do its replicas run all month, so that idle time costs? */
export const isAlwaysOn = (kind: string): boolean => POD_PATHS[kind]?.always_on ?? false;

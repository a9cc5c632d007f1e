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

const MAX_DEPTH = 14;
/** Objects that describe others, or that run no model. */
const NO_PODS =
  /^(?:CustomResourceDefinition|ConfigMap|Secret|Service|Ingress|Kustomization|HelmRelease|Application\w*|\w*(?:Template|Policy|Webhook\w*|Config))$/;
/** Kinds that run for a while. */
const ENDS = /(?:Job|Workflow|Task|TaskRun|PipelineRun|Experiment)$/;

/** A part of an object whose kind is not known; `size` pods make one replica of it, where it says so. */
export interface Role extends Workload {
  readonly role: string;
  readonly size: YamlNode | undefined;
}

/** Pods anywhere within an object whose kind is not known: roles of a service, tasks of a job. */
export function podsWithin({ kind, group, root }: Resource): readonly Role[] {
  // Custom kinds have a group with a domain; an unknown kind of `apps` is none.
  if (NO_PODS.test(kind) || !group.includes(".")) return [];
  const found: Role[] = [];
  const visit = (node: YamlNode, above: Pick<Role, "replicas" | "size">, role: string, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    const inner = {
      replicas: at(node, "replicas") ?? above.replicas,
      size: at(node, "leaderWorkerPattern", "size") ?? at(node, "podGroupSize") ?? above.size,
    };
    const name = scalarText(at(node, "name")) ?? role;
    const containers = at(node, "containers");
    if (containers?.kind === "list" && containers.items.some((item) => at(item, "image"))) {
      found.push({ pod: node, always_on: !ENDS.test(kind), ...inner, containers: containers.items, role });
      return;
    }
    for (const [key, child] of node.entries) {
      if (child.kind !== "scalar") visit(child, inner, node.entries.size > 0 && isRole(key) ? key : name, depth + 1);
    }
    for (const child of node.items) if (child.kind === "map") visit(child, inner, name, depth + 1);
  };
  const spec = at(root, "spec");
  if (spec) visit(spec, { replicas: undefined, size: undefined }, "pod", 0);
  return found;
}

const NOT_ROLES = new Set(["spec", "template", "podTemplate", "roles", "tasks", "replicatedJobs", "jobTemplate"]);
const isRole = (key: string): boolean => !NOT_ROLES.has(key);

export const containersOf = (pod: YamlNode | undefined): readonly YamlNode[] => at(pod, "containers")?.items ?? [];

export const partName = (container: YamlNode): string => scalarText(at(container, "name")) ?? "container";

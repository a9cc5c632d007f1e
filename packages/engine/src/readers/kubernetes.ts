import type { Deployment, FileText, ReadResult, Unresolved } from "../domain/deployment.ts";
import { type FactSheet, setFact, setUnresolved } from "./fact-sheet.ts";
import { yamlOf } from "./file-set.ts";
import { readContainer, runsOnCpu } from "./kubernetes/container.ts";
import { type ConfigMaps, environmentOf } from "./kubernetes/environment.ts";
import { readGpuCount, readPlacement } from "./kubernetes/gpu.ts";
import { type KubernetesWorkload, workloadsIn } from "./kubernetes/workload.ts";
import { MAX_DEPLOYMENTS_PER_FILE, type Reader } from "./reader.ts";
import { parseCount } from "./whole-number.ts";
import { at, placeOf, scalarText, type YamlNode } from "./yaml-tree.ts";

const mayBeManifest = (path: string): boolean => /\.(?:ya?ml|json)$/i.test(path);

/** Kubernetes manifests whose containers run a serving engine. */
export const kubernetesReader: Reader = {
  id: "kubernetes",
  acceptsPath: mayBeManifest,
  accepts: (file) =>
    mayBeManifest(file.path) && /^[ \t"]{0,40}kind["]?:/m.test(file.content) && file.content.includes("apiVersion"),
  read: readManifest,
};

function readManifest(file: FileText): ReadResult {
  const yaml = yamlOf(file);
  const unresolved: Unresolved[] = [];
  const deployments: Deployment[] = [];
  for (const { error } of yaml.documents) {
    if (error)
      unresolved.push({ fact: "document", text: "", why: `this document was not read: ${error.why}`, at: error.at });
  }
  const roots = yaml.documents.flatMap((document) => (document.root ? [document.root] : []));
  const configMaps = configMapsIn(roots);
  const seen = new Map<string, number>();
  for (const workload of roots.flatMap(workloadsIn)) {
    for (const container of workload.containers) {
      const deployment = readDeployment(file.path, workload, container, configMaps);
      if (!deployment) continue;
      if (deployments.length >= MAX_DEPLOYMENTS_PER_FILE) {
        const why = `more than ${MAX_DEPLOYMENTS_PER_FILE} deployments: the rest was not read`;
        unresolved.push({ fact: "document", text: deployment.name, why, at: deployment.at });
        return { deployments, unresolved };
      }
      if (runsOnCpu(container)) {
        const why = "runs on the CPU: no GPU deployment";
        unresolved.push({ fact: "document", text: deployment.name, why, at: deployment.at });
        continue;
      }
      const count = (seen.get(deployment.id) ?? 0) + 1;
      seen.set(deployment.id, count);
      deployments.push(count === 1 ? deployment : { ...deployment, id: `${deployment.id}/${count}` });
    }
  }
  return { deployments, unresolved };
}

function configMapsIn(roots: readonly YamlNode[]): ConfigMaps {
  const maps = new Map<string, YamlNode>();
  for (const root of roots) {
    const name = scalarText(at(root, "metadata", "name"));
    if (scalarText(at(root, "kind")) === "ConfigMap" && name !== undefined) maps.set(name, root);
  }
  return maps;
}

function readDeployment(
  path: string,
  workload: KubernetesWorkload,
  container: YamlNode,
  configMaps: ConfigMaps,
): Deployment | null {
  const sheet = readContainer(container, environmentOf(container, configMaps));
  if (!sheet) return null;
  readReplicas(sheet, workload);
  readGpuCount(sheet, container);
  readPlacement(sheet, workload.pod);
  const containerName = scalarText(at(container, "name")) ?? "container";
  return {
    id: `${path}#${workload.kind}/${workload.namespace}/${workload.name}/${containerName}`,
    name: workload.name,
    format: `kubernetes/${workload.kind}`,
    path,
    at: placeOf(workload.root),
    facts: sheet.facts,
    unresolved: sheet.unresolved,
    purpose: "inference",
    ...(workload.always_on ? {} : { short_lived: true as const }),
  };
}

function readReplicas(sheet: FactSheet, { replicas }: KubernetesWorkload): void {
  if (!replicas) return;
  const count = parseCount(scalarText(replicas) ?? "", 0);
  if (count !== null) setFact(sheet, "replicas", count, placeOf(replicas));
  else
    setUnresolved(sheet, "replicas", scalarText(replicas) ?? "replicas", "expected a whole number", placeOf(replicas));
}

import type { Deployment, Position, ReadResult, Unresolved } from "../../domain/deployment.ts";
import { setFact } from "../fact-sheet.ts";
import type { NamedDraft } from "../helm/values.ts";
import { MAX_DEPLOYMENTS_PER_FILE } from "../reader.ts";
import { placeOf, type YamlFile } from "../yaml-tree.ts";
import { type Draft, type Drafts, NO_DRAFTS, type ReadObject } from "./draft.ts";
import { readArgoApplication, readHelmRelease } from "./helm-release.ts";
import { readInferenceService, readLlmInferenceService, readServingRuntime } from "./kserve.ts";
import type { Links } from "./links.ts";
import {
  readDynamoGraph,
  readKaitoRoles,
  readKaitoWorkspace,
  readKubeAiModel,
  readModelBooster,
  readNimService,
  readVllmRuntime,
} from "./operators.ts";
import { readLeaderWorkerSet, readPods } from "./pods.ts";
import { readRayCluster, readRayClusterFleet, readRayJob, readRayService } from "./ray.ts";
import { namespaceOf, type Resource } from "./resource.ts";
import { readQuota, readScalers } from "./scaling.ts";
import { POD_KINDS } from "./workload.ts";

/** Kinds whose pods are not simply `spec.template`. */
const KINDS: ReadonlyMap<string, ReadObject> = new Map([
  ["LeaderWorkerSet", readLeaderWorkerSet],
  ["InferenceService", readInferenceService],
  ["ServingRuntime", readServingRuntime],
  ["ClusterServingRuntime", readServingRuntime],
  ["LLMInferenceService", readLlmInferenceService],
  ["RayService", readRayService],
  ["RayCluster", readRayCluster],
  ["RayClusterFleet", readRayClusterFleet],
  ["RayClusterReplicaSet", readRayClusterFleet],
  ["RayJob", readRayJob],
  ["NIMService", readNimService],
  ["ModelBooster", readModelBooster],
  ["Model", readKubeAiModel],
  ["Workspace", readKaitoWorkspace],
  ["MultiRoleInference", readKaitoRoles],
  ["VLLMRuntime", readVllmRuntime],
  ["DynamoGraphDeployment", readDynamoGraph],
  ["HelmRelease", readHelmRelease],
  ["Application", readArgoApplication],
]);

/** What an object that deploys has, in YAML or JSON; a file without any of it is not parsed. */
const DEPLOYING =
  /^[ \t"-]{0,60}(?:containers|predictor|serveConfigV2|modelURL|resourceProfile|inference|tuning|roles|values|valuesObject|model|services|image)["]?:/m;
const OF_A_KIND = new RegExp(`^kind:[ \\t]{0,10}["']?(?:${[...KINDS.keys(), ...POD_KINDS].join("|")})\\b`, "m");
/** Objects that only describe others. */
const DESCRIBES = /^kind:[ \t]{0,10}CustomResourceDefinition[ \t\r]{0,10}$/m;
export const mayDeploy = (content: string): boolean =>
  OF_A_KIND.test(content) ||
  (DEPLOYING.test(content) && !(DESCRIBES.test(content) && !/^---/m.test(content.slice(10))));

export interface Reading {
  /** The file that deploys: ids start with it. */
  readonly path: string;
  readonly format: (kind: string) => string;
  readonly links: Links;
  /** Where the file deploys what other files describe. */
  readonly at?: Position;
}

/** Kubernetes objects → deployments. */
export function readObjects(resources: readonly Resource[], reading: Reading): ReadResult {
  const deployments: Deployment[] = [];
  const unresolved: Unresolved[] = [];
  const seen = new Map<string, number>();
  for (const resource of resources) {
    const { drafts, notes } = draftsOf(resource, reading.links);
    unresolved.push(...notes);
    for (const draft of drafts) {
      const deployment = deploymentOf(draft, resource, reading, drafts.length > 1);
      if (deployments.length >= MAX_DEPLOYMENTS_PER_FILE) {
        const why = `more than ${MAX_DEPLOYMENTS_PER_FILE} deployments: the rest was not read`;
        unresolved.push({ fact: "document", text: deployment.name, why, at: deployment.at });
        return { deployments, unresolved };
      }
      const count = (seen.get(deployment.id) ?? 0) + 1;
      seen.set(deployment.id, count);
      deployments.push(count === 1 ? deployment : { ...deployment, id: `${deployment.id}/${count}` });
    }
  }
  return { deployments, unresolved };
}

const draftsOf = (resource: Resource, links: Links): Drafts =>
  (KINDS.get(resource.kind) ?? readPods)(resource, { links }) ?? NO_DRAFTS;

function deploymentOf(draft: Draft, resource: Resource, reading: Reading, isOneOfSeveral: boolean): Deployment {
  const { sheet, part, purpose, always_on, when_enabled, at: place } = draft;
  readScalers(sheet, resource, reading.links);
  readQuota(sheet, resource, reading.links);
  const namespace = namespaceOf(resource);
  if (resource.namespace && namespace !== undefined)
    setFact(sheet, "namespace", namespace, placeOf(resource.namespace));
  const name = resource.shown ?? resource.name;
  const root = place ?? placeOf(resource.root);
  const at: Position = root.path === reading.path ? root : (reading.at ?? root);
  return {
    id: `${reading.path}#${resource.kind}/${namespace ?? "default"}/${name}/${part}`,
    name: draft.name ?? (isOneOfSeveral ? `${name}/${part}` : name),
    format: reading.format(resource.kind),
    path: reading.path,
    at,
    facts: sheet.facts,
    unresolved: sheet.unresolved,
    purpose,
    ...(always_on ? {} : { short_lived: true as const }),
    ...(when_enabled === undefined ? {} : { when_enabled }),
  };
}

/** Deployments that are no Kubernetes objects: parts of a chart's values. */
export function readDrafts(
  drafts: readonly NamedDraft[],
  { path, format }: { readonly path: string; readonly format: string },
): ReadResult {
  const seen = new Map<string, number>();
  const kept = drafts.slice(0, MAX_DEPLOYMENTS_PER_FILE);
  const beyond = drafts[MAX_DEPLOYMENTS_PER_FILE];
  const why = `more than ${MAX_DEPLOYMENTS_PER_FILE} deployments: the rest was not read`;
  return {
    deployments: kept.map(({ sheet, name, node, purpose, when_enabled }) => {
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return {
        id: `${path}#values/${name}${count === 1 ? "" : `/${count}`}`,
        name,
        format,
        path,
        at: placeOf(node),
        facts: sheet.facts,
        unresolved: sheet.unresolved,
        purpose,
        ...(when_enabled === undefined ? {} : { when_enabled }),
      };
    }),
    unresolved: beyond ? [{ fact: "document", text: beyond.name, why, at: placeOf(beyond.node) }] : [],
  };
}

/** Documents of a file that could not be parsed. */
export const brokenDocuments = (yaml: YamlFile): readonly Unresolved[] =>
  yaml.documents.flatMap(({ error }) =>
    error
      ? [{ fact: "document" as const, text: "", why: `this document was not read: ${error.why}`, at: error.at }]
      : [],
  );

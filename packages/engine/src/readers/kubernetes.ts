import type { FileText, ReadResult } from "../domain/deployment.ts";
import { type FileSet, fileSet, folderOf, onceOf, onceOfFile, yamlOf } from "./file-set.ts";
import { renderAlone } from "./helm/render-chart.ts";
import { type Links, linksOf } from "./kubernetes/links.ts";
import { brokenDocuments, mayDeploy, readObjects } from "./kubernetes/read-resources.ts";
import { type Resource, resourcesOf } from "./kubernetes/resource.ts";
import { isDeployedOverlay, usageOf } from "./kustomize/kustomization.ts";
import { render } from "./kustomize/render.ts";
import type { Reader, ReaderContext } from "./reader.ts";

const mayBeManifest = (path: string): boolean => /\.(?:ya?ml|json)$/i.test(path);

const isManifest = (file: FileText): boolean =>
  mayBeManifest(file.path) && /^[ \t"]{0,40}kind["]?:/m.test(file.content) && file.content.includes("apiVersion");

/** Kubernetes manifests whose containers run a serving engine. */
export const kubernetesReader: Reader = {
  id: "kubernetes",
  acceptsPath: mayBeManifest,
  accepts: isManifest,
  read: readManifest,
};

/** Kinds that others refer to by name; only files that hold one are parsed for the sake of others. */
const REFERRED =
  /^[ \t"]{0,40}kind["]?:[ \t]{0,10}["']?(?:ConfigMap|HorizontalPodAutoscaler|ScaledObject|PodAutoscaler|ResourceQuota|ServingRuntime|ClusterServingRuntime|InferenceService|NIMCache|NodePool|Provisioner|ResourceClaim|ResourceClaimTemplate)\b/m;

/** Of one file, looked into once: an edited repository differs in one. */
const referredOf = onceOfFile((file): readonly Resource[] =>
  isManifest(file) && REFERRED.test(file.content) ? resourcesOf(yamlOf(file)) : [],
);

/** Objects of the whole repository that others may refer to. */
const referredIn = onceOf((set: FileSet): readonly Resource[] => set.files.flatMap(referredOf));

function readManifest(file: FileText, context: ReaderContext): ReadResult {
  if (!mayDeploy(file.content)) return { deployments: [], unresolved: [] };
  const set = context.files ?? fileSet([file]);
  const yaml = yamlOf(file);
  if (file.content.includes("{{") && yaml.documents.some(({ error }) => error)) return readTemplated(file, set);
  const { own, links } = objectsOf(file, set);
  const read = readObjects(own, { path: file.path, format: (kind) => `kubernetes/${kind}`, links });
  return { deployments: read.deployments, unresolved: [...brokenDocuments(yaml), ...read.unresolved] };
}

/** A manifest that something else fills in, Helm or not: what stands in it as it is. */
function readTemplated(file: FileText, set: FileSet): ReadResult {
  const { resources, unresolved } = renderAlone(file, set);
  const read = readObjects(resources, {
    path: file.path,
    format: (kind) => `kubernetes/${kind}`,
    links: linksOf(resources),
  });
  return { deployments: read.deployments, unresolved: [...unresolved.slice(0, 1), ...read.unresolved] };
}

/** The file's objects: as they stand, or as the kustomization beside it makes them; none where an overlay elsewhere does. */
function objectsOf(file: FileText, set: FileSet): { readonly own: readonly Resource[]; readonly links: Links } {
  const { usedBy, parts } = usageOf(set);
  const users = usedBy.get(file.path);
  if (!users && !parts.has(file.path)) {
    const own = resourcesOf(yamlOf(file));
    return { own, links: linksOf(own, referredIn(set)) };
  }
  const beside = users?.find((each) => folderOf(each.path) === folderOf(file.path) && isDeployedOverlay(each, set));
  const resources = beside ? render(beside, set).resources : [];
  const own = resources.filter(({ root }) => root.origin.path === file.path);
  return { own, links: linksOf(resources, referredIn(set)) };
}

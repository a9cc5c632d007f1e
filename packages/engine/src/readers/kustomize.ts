import type { FileText, ReadResult } from "../domain/deployment.ts";
import { type FileSet, fileSet, folderOf, yamlOf } from "./file-set.ts";
import { linksOf } from "./kubernetes/links.ts";
import { brokenDocuments, readObjects } from "./kubernetes/read-resources.ts";
import { isDeployedOverlay, isKustomization, rootOf, usageOf } from "./kustomize/kustomization.ts";
import { render } from "./kustomize/render.ts";
import type { Reader, ReaderContext } from "./reader.ts";
import { placeOf } from "./yaml-tree.ts";

/** Kustomize overlays: bases, patches, generated ConfigMaps. */
export const kustomizeReader: Reader = {
  id: "kustomize",
  acceptsPath: isKustomization,
  accepts: ({ path }) => isKustomization(path),
  read: readOverlay,
};

/** Objects whose file stands beside the kustomization and is listed there are read with that file. */
function readOverlay(file: FileText, context: ReaderContext): ReadResult {
  const set: FileSet = context.files ?? fileSet([file]);
  const broken = brokenDocuments(yamlOf(file));
  if (!isDeployedOverlay(file, set)) return { deployments: [], unresolved: broken };
  const { resources, unresolved } = render(file, set);
  const folder = folderOf(file.path);
  const root = rootOf(file);
  const { usedBy } = usageOf(set);
  const isListed = (path: string): boolean => folderOf(path) === folder && (usedBy.get(path) ?? []).includes(file);
  const elsewhere = resources.filter((resource) => !isListed(resource.root.origin.path));
  const read = readObjects(elsewhere, {
    path: file.path,
    format: (kind) => `kustomize/${kind}`,
    links: linksOf(resources),
    ...(root ? { at: placeOf(root) } : {}),
  });
  // What is missing matters where something serves, or where nothing at all could be read.
  const told = read.deployments.length > 0 || resources.length === 0 ? unresolved : [];
  return { deployments: read.deployments, unresolved: [...broken, ...told, ...read.unresolved] };
}

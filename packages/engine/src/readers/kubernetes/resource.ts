import { UNRENDERED } from "../container/container.ts";
import { at, scalarText, type YamlFile, type YamlNode } from "../yaml-tree.ts";

/** One Kubernetes object. */
export interface Resource {
  readonly kind: string;
  /** `serving.kserve.io` of `serving.kserve.io/v1beta1`; empty for core kinds. */
  readonly group: string;
  /** Where the files state one. */
  readonly namespace: YamlNode | undefined;
  /** As others refer to it. */
  readonly name: string;
  /** With the prefixes and suffixes of overlays. */
  readonly shown?: string;
  readonly root: YamlNode;
}

const MAX_LIST_DEPTH = 3;

/** The objects of a document, a `List` opened. */
export function resourcesIn(root: YamlNode, depth = 0): readonly Resource[] {
  const kind = scalarText(at(root, "kind"));
  if (kind === undefined) return [];
  if (kind.endsWith("List") && depth < MAX_LIST_DEPTH && at(root, "items")?.kind === "list") {
    return (at(root, "items")?.items ?? []).flatMap((item) => resourcesIn(item, depth + 1));
  }
  const version = scalarText(at(root, "apiVersion")) ?? "";
  const metadata = at(root, "metadata");
  const namespace = at(metadata, "namespace");
  return [
    {
      kind,
      group: version.includes("/") ? version.slice(0, version.indexOf("/")) : "",
      namespace: known(namespace)?.includes("…") === false ? namespace : undefined,
      name: known(at(metadata, "name")) ?? known(at(metadata, "generateName")) ?? "unnamed",
      root,
    },
  ];
}

/** Text that is not the gap that a template left. */
function known(node: YamlNode | undefined): string | undefined {
  const text = scalarText(node);
  return text === undefined || text.includes("{{") ? undefined : text.replaceAll(UNRENDERED, "…");
}

export const resourcesOf = (file: YamlFile): readonly Resource[] =>
  file.documents.flatMap(({ root }) => (root ? resourcesIn(root) : []));

export const namespaceOf = ({ namespace }: Resource): string | undefined => scalarText(namespace);

/** Two objects that may stand in one namespace: one that names none is applied to either. */
export const sameNamespace = (a: Resource, b: Resource): boolean => {
  const [x, y] = [namespaceOf(a), namespaceOf(b)];
  return x === undefined || y === undefined || x === y;
};

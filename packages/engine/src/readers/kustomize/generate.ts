import type { FileText } from "../../domain/deployment.ts";
import { envFileVariables } from "../env-file.ts";
import type { FileSet } from "../file-set.ts";
import type { Resource } from "../kubernetes/resource.ts";
import { mapAt, scalarIn, textOrigin, withEntries } from "../text-node.ts";
import { at, scalarText, type YamlNode } from "../yaml-tree.ts";
import { fileNamed } from "./kustomization.ts";

/** The ConfigMaps that `configMapGenerator` makes, merged into those that are there where it says so. */
export function generateConfigMaps(
  file: FileText,
  root: YamlNode,
  set: FileSet,
  before: readonly Resource[],
  missing: (node: YamlNode) => void,
): readonly Resource[] {
  let resources = before;
  for (const generator of at(root, "configMapGenerator")?.items ?? []) {
    const name = scalarText(at(generator, "name"));
    if (name === undefined) continue;
    const data = dataOf(generator, file, set, missing);
    const behavior = scalarText(at(generator, "behavior"));
    const known = resources.find((each) => each.kind === "ConfigMap" && each.name === name);
    const kept = known && behavior === "merge" ? (at(known.root, "data")?.entries ?? []) : [];
    const made: Resource = {
      kind: "ConfigMap",
      group: "",
      namespace: at(generator, "namespace"),
      name,
      root: mapAt(generator, [["data", mapAt(generator, [...kept, ...data])]]),
    };
    resources = [...resources.filter((each) => each !== known), made];
  }
  return resources;
}

function dataOf(
  generator: YamlNode,
  file: FileText,
  set: FileSet,
  missing: (node: YamlNode) => void,
): readonly (readonly [string, YamlNode])[] {
  const literals = (at(generator, "literals")?.items ?? []).flatMap((node) => {
    const text = scalarText(node) ?? "";
    const equals = text.indexOf("=");
    const value = text.slice(equals + 1).replace(/^(["'])([\s\S]*)\1$/, "$2");
    return equals < 1 ? [] : [[text.slice(0, equals), { ...node, value }] as const];
  });
  const single = at(generator, "env");
  const envs = [...(at(generator, "envs")?.items ?? []), ...(single ? [single] : [])].flatMap((node) => {
    const source = fileNamed(scalarText(node), file, set);
    if (!source) missing(node);
    return source ? envFileVariables(source) : [];
  });
  const files = (at(generator, "files")?.items ?? []).flatMap((node) => {
    const text = scalarText(node) ?? "";
    const equals = text.indexOf("=");
    const path = text.slice(equals + 1);
    const source = fileNamed(path, file, set);
    if (!source) return [];
    const key = equals > 0 ? text.slice(0, equals) : path.slice(path.lastIndexOf("/") + 1);
    const { content } = source;
    return [[key, scalarIn(textOrigin(source.path, content), 0, content.length, content)] as const];
  });
  return [...envs, ...files, ...literals];
}

/** The same object with its replicas, as `replicas: [{name, count}]` says. */
export function withReplicas(resource: Resource, entries: readonly YamlNode[]): Resource {
  if (!["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"].includes(resource.kind)) return resource;
  const found = entries.find((entry) => scalarText(at(entry, "name")) === resource.name);
  const count = at(found, "count");
  const spec = at(resource.root, "spec");
  if (!count || !spec) return resource;
  return { ...resource, root: withEntries(resource.root, [["spec", withEntries(spec, [["replicas", count]])]]) };
}

/** `images: [{name, newName, newTag, digest}]` over every container. */
export function withImages(node: YamlNode, images: readonly YamlNode[], inContainers = false): YamlNode {
  if (node.kind === "list") {
    const items = node.items.map((item) => withImages(item, images, inContainers));
    return items.some((item, i) => item !== node.items[i]) ? { ...node, items } : node;
  }
  if (node.kind !== "map") return node;
  const changed: (readonly [string, YamlNode])[] = [];
  for (const [key, value] of node.entries) {
    const next =
      key === "image" && inContainers && value.kind === "scalar"
        ? newImage(value, images)
        : withImages(value, images, key === "containers" || key === "initContainers");
    if (next !== value) changed.push([key, next]);
  }
  return changed.length === 0 ? node : withEntries(node, changed);
}

function newImage(node: YamlNode, images: readonly YamlNode[]): YamlNode {
  const text = scalarText(node) ?? "";
  const slash = text.lastIndexOf("/");
  const end = /[:@]/.exec(text.slice(slash + 1));
  const name = end ? text.slice(0, slash + 1 + end.index) : text;
  const found = images.find((image) => scalarText(at(image, "name")) === name);
  if (!found) return node;
  const [newName, newTag, digest] = [at(found, "newName"), at(found, "newTag"), at(found, "digest")];
  const tag =
    scalarText(digest) !== undefined
      ? `@${scalarText(digest)}`
      : scalarText(newTag) !== undefined
        ? `:${scalarText(newTag)}`
        : text.slice(name.length);
  return { ...(newTag ?? newName ?? digest ?? node), value: `${scalarText(newName) ?? name}${tag}` };
}

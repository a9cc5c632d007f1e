import { type Container, isUnrendered, variablesOf } from "../container/container.ts";
import { expandKubernetes } from "../shell-words.ts";
import { at, scalarText, type YamlNode } from "../yaml-tree.ts";
import { environmentOf } from "./environment.ts";
import { asksForAccelerator } from "./gpu.ts";
import type { Links } from "./links.ts";
import type { Resource } from "./resource.ts";

/** Where a container stands: its pod's spec, its object, and what that may refer to. */
export interface Place {
  readonly pod: YamlNode;
  readonly from: Resource;
  readonly links: Links;
  /** Variables that the controller adds. */
  readonly given?: ReadonlyMap<string, { readonly text: string; readonly node: YamlNode }>;
}

/** A Kubernetes container, with its variables and the files that ConfigMaps put into it. */
export function containerOf(node: YamlNode, place: Place): Container {
  const environment = new Map([...(place.given ?? []), ...environmentOf(node, place.links, place.from)]);
  const variables = variablesOf(environment);
  return {
    node,
    image: at(node, "image"),
    has_accelerator: asksForAccelerator(at(node, "resources")),
    command: at(node, "command"),
    args: at(node, "args"),
    environment,
    variables,
    expand: (text) => ({
      text: isUnrendered(text) ? null : expandKubernetes(text, variables),
      from: environment.get(/^[^$]{0,200}\$\(([\w.-]{1,200})\)$/.exec(text)?.[1] ?? "")?.node,
    }),
    folder: (path) => mountedFolder(path, node, place.pod),
    mounted: (path) => mountedFile(path, node, place),
  };
}

/** The host's or the volume's side of what is mounted at this path. */
function mountedFolder(path: string, container: YamlNode, pod: YamlNode): YamlNode | null {
  const mount = (at(container, "volumeMounts")?.items ?? []).find(
    (each) => scalarText(at(each, "mountPath"))?.replace(/\/$/, "") === path,
  );
  const name = scalarText(at(mount, "name"));
  const volume = (at(pod, "volumes")?.items ?? []).find((each) => scalarText(at(each, "name")) === name);
  return at(mount, "subPath") ?? at(volume, "hostPath", "path") ?? at(volume, "nfs", "path") ?? null;
}

/** A file that a volume made of a ConfigMap puts at this path. */
function mountedFile(path: string, container: YamlNode, { pod, from, links }: Place): YamlNode | null {
  for (const mount of at(container, "volumeMounts")?.items ?? []) {
    const folder = (scalarText(at(mount, "mountPath")) ?? "").replace(/\/$/, "");
    if (folder === "" || (path !== folder && !path.startsWith(`${folder}/`))) continue;
    const volumeName = scalarText(at(mount, "name"));
    const volume = (at(pod, "volumes")?.items ?? []).find((each) => scalarText(at(each, "name")) === volumeName);
    const mapName = scalarText(at(volume, "configMap", "name"));
    const data = mapName === undefined ? undefined : at(links.find(["ConfigMap"], mapName, from)?.root, "data");
    const file = scalarText(at(mount, "subPath")) ?? path.slice(folder.length + 1);
    const item = (at(volume, "configMap", "items")?.items ?? []).find((each) => scalarText(at(each, "path")) === file);
    const found = at(data, scalarText(at(item, "key")) ?? file);
    if (found?.kind === "scalar") return found;
  }
  return null;
}

import { type Environment, type EnvironmentValue, isUnrendered } from "../container/container.ts";
import { at, scalarText, type YamlNode } from "../yaml-tree.ts";
import type { Links } from "./links.ts";
import type { Resource } from "./resource.ts";

/** What a container's `env` and `envFrom` set, in the order in which Kubernetes lets one win over another. */
export function environmentOf(container: YamlNode, links: Links, from: Resource): Environment {
  const variables = new Map<string, EnvironmentValue>();
  for (const source of at(container, "envFrom")?.items ?? []) {
    const name = scalarText(at(source, "configMapRef", "name"));
    const prefix = scalarText(at(source, "prefix")) ?? "";
    const map = name === undefined ? null : links.find(["ConfigMap"], name, from);
    for (const [key, node] of at(map?.root, "data")?.entries ?? []) variables.set(prefix + key, statedBy(node));
  }
  for (const entry of at(container, "env")?.items ?? []) {
    const name = scalarText(at(entry, "name"));
    if (name === undefined) continue;
    const value = at(entry, "value");
    if (value) variables.set(name, statedBy(value));
    else variables.set(name, referred(entry, links, from));
  }
  return variables;
}

function referred(entry: YamlNode, links: Links, from: Resource): EnvironmentValue {
  const reference = at(entry, "valueFrom", "configMapKeyRef");
  const [name, key] = [scalarText(at(reference, "name")), scalarText(at(reference, "key"))];
  const map = name === undefined ? null : links.find(["ConfigMap"], name, from);
  const node = key === undefined ? undefined : at(map?.root, "data", key);
  if (node) return statedBy(node);
  // `env: [{name: X}]` alone sets X to nothing.
  return { text: at(entry, "valueFrom") ? null : "", node: entry };
}

function statedBy(node: YamlNode): EnvironmentValue {
  const text = node.kind === "scalar" && node.value === null ? "" : (scalarText(node) ?? null);
  return { text: text === null || isUnrendered(text) ? null : text, node };
}

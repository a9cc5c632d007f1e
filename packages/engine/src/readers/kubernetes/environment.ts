import { at, scalarText, type YamlNode } from "../yaml-tree.ts";

/** ConfigMaps of the same file, by name. */
export type ConfigMaps = ReadonlyMap<string, YamlNode>;

/** What a container's `env` and `envFrom` set; null = set to something that the file does not say. */
export function environmentOf(container: YamlNode, configMaps: ConfigMaps): ReadonlyMap<string, string | null> {
  const variables = new Map<string, string | null>();
  for (const source of at(container, "envFrom")?.items ?? []) {
    const name = scalarText(at(source, "configMapRef", "name"));
    const data = name === undefined ? undefined : at(configMaps.get(name), "data");
    for (const [key, value] of data?.entries ?? []) variables.set(key, scalarText(value) ?? null);
  }
  for (const entry of at(container, "env")?.items ?? []) {
    const name = scalarText(at(entry, "name"));
    if (name === undefined) continue;
    const reference = at(entry, "valueFrom", "configMapKeyRef");
    const map = scalarText(at(reference, "name"));
    const key = scalarText(at(reference, "key"));
    const referred = map !== undefined && key !== undefined ? at(configMaps.get(map), "data", key) : undefined;
    const written = scalarText(at(entry, "value")) ?? scalarText(referred) ?? null;
    variables.set(name, written?.includes("{{") ? null : written);
  }
  return variables;
}

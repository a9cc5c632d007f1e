import type { FileText } from "../../domain/deployment.ts";
import { type FileSet, folderOf, resolvePath, yamlOf } from "../file-set.ts";
import { at, scalarText, type YamlNode } from "../yaml-tree.ts";

const MAX_EXTENDS = 10;
/** Replaced by what comes later, never joined. */
const REPLACED = new Set(["command", "entrypoint", "image", "healthcheck"]);

/** One service over another, as Compose merges files and `extends`. */
export function mergeService(base: YamlNode, over: YamlNode, key = ""): YamlNode {
  if (REPLACED.has(key) || base.kind !== over.kind) return joinedEnvironment(base, over, key) ?? over;
  if (over.kind === "list") return { ...over, items: [...base.items, ...over.items] };
  if (over.kind === "scalar") return over;
  const entries = new Map(base.entries);
  for (const [name, value] of over.entries) {
    const known = entries.get(name);
    entries.set(name, known ? mergeService(known, value, name) : value);
  }
  return { ...over, entries };
}

/** `environment` may be a map in one file and a list in the other. */
function joinedEnvironment(base: YamlNode, over: YamlNode, key: string): YamlNode | null {
  if (key !== "environment" || base.kind === "scalar" || over.kind === "scalar") return null;
  const entries = new Map([...listed(base), ...base.entries, ...listed(over), ...over.entries]);
  return { ...over, kind: "map", items: [], entries };
}

const listed = (node: YamlNode): readonly (readonly [string, YamlNode])[] =>
  node.items.flatMap((item) => {
    const text = scalarText(item) ?? "";
    const equals = text.indexOf("=");
    return equals < 1 ? [] : [[text.slice(0, equals), { ...item, value: text.slice(equals + 1) }] as const];
  });

/** A service with what it extends; null: that stands in a file that was not read. */
export function extended(
  service: YamlNode,
  services: YamlNode,
  file: FileText,
  set: FileSet,
  depth = 0,
): YamlNode | null {
  const extendsNode = at(service, "extends");
  if (!extendsNode) return service;
  const name = scalarText(extendsNode) ?? scalarText(at(extendsNode, "service"));
  const written = scalarText(at(extendsNode, "file"));
  const path = written === undefined ? file.path : resolvePath(folderOf(file.path), written);
  const other = path === null ? undefined : path === file.path ? file : set.byPath.get(path);
  const pool = other === file ? services : at(other ? yamlOf(other).documents[0]?.root : null, "services");
  const base = name === undefined ? undefined : at(pool, name);
  if (!base || !pool || !other || depth >= MAX_EXTENDS) return null;
  const whole = extended(base, pool, other, set, depth + 1);
  return whole ? mergeService(whole, service) : null;
}

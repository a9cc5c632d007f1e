import { at, scalarText, type YamlNode } from "../yaml-tree.ts";

/** Lists of Kubernetes' own kinds that a patch merges item by item, and the key that tells the items apart. */
const MERGE_KEYS: ReadonlyMap<string, string> = new Map([
  ["containers", "name"],
  ["initContainers", "name"],
  ["ephemeralContainers", "name"],
  ["env", "name"],
  ["volumes", "name"],
  ["volumeMounts", "mountPath"],
  ["volumeDevices", "devicePath"],
  ["imagePullSecrets", "name"],
  ["ports", "containerPort"],
]);

/** A strategic merge patch over a node; null = it deletes it. Kinds without a schema replace their lists. */
export function mergePatch(base: YamlNode | undefined, patch: YamlNode, hasSchema: boolean, key = ""): YamlNode | null {
  if (patch.kind === "scalar") return patch.value === null ? null : patch;
  if (patch.kind === "map") return mergeMap(base, patch, hasSchema);
  const mergeKey = hasSchema ? MERGE_KEYS.get(key) : undefined;
  const replaces = patch.items.some((item) => scalarText(at(item, "$patch")) === "replace");
  if (mergeKey === undefined || base?.kind !== "list" || replaces) {
    return { ...patch, items: patch.items.filter((item) => !item.entries.has("$patch")) };
  }
  return mergeItems(base, patch, mergeKey);
}

function mergeMap(base: YamlNode | undefined, patch: YamlNode, hasSchema: boolean): YamlNode | null {
  const directive = scalarText(at(patch, "$patch"));
  if (directive === "delete") return null;
  const entries = new Map(directive === "replace" ? [] : base?.entries);
  for (const [key, value] of patch.entries) {
    if (key.startsWith("$patch") || key.startsWith("$setElementOrder") || key.startsWith("$retainKeys")) continue;
    const merged = mergePatch(entries.get(key), value, hasSchema, key);
    if (merged === null) entries.delete(key);
    else entries.set(key, merged);
  }
  return { ...(base ?? patch), kind: "map", entries };
}

function mergeItems(base: YamlNode, patch: YamlNode, mergeKey: string): YamlNode {
  const items = [...base.items];
  const indexOf = new Map(items.map((item, i) => [scalarText(at(item, mergeKey)) ?? "", i]));
  const added: YamlNode[] = [];
  for (const item of patch.items) {
    const index = indexOf.get(scalarText(at(item, mergeKey)) ?? "");
    const merged = mergePatch(index === undefined ? undefined : items[index], item, true);
    if (index === undefined) {
      if (merged) added.push(merged);
    } else if (merged) items[index] = merged;
    else items.splice(index, 1, { ...item, kind: "scalar", value: null });
  }
  return { ...base, items: [...items.filter((item) => item.kind !== "scalar" || item.value !== null), ...added] };
}

/** One operation of a JSON patch (RFC 6902); undefined = it could not be applied. */
export function applyOperation(root: YamlNode, operation: YamlNode): YamlNode | undefined {
  const op = scalarText(at(operation, "op"));
  const pointer = scalarText(at(operation, "path"));
  if (pointer === undefined || (op !== "add" && op !== "replace" && op !== "remove")) return undefined;
  const keys = pointer
    .slice(0, 2_000)
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const value = op === "remove" ? null : (at(operation, "value") ?? undefined);
  if (value === undefined || keys.length === 0 || keys.length > 60) return undefined;
  return change(root, keys, value, op);
}

function change(
  node: YamlNode,
  keys: readonly string[],
  value: YamlNode | null,
  op: "add" | "replace" | "remove",
): YamlNode | undefined {
  const [key = "", ...rest] = keys;
  if (node.kind === "map") {
    const entries = new Map(node.entries);
    if (rest.length > 0) {
      const child = entries.get(key);
      const changed = child && change(child, rest, value, op);
      if (!changed) return undefined;
      entries.set(key, changed);
    } else if (value) entries.set(key, value);
    else entries.delete(key);
    return { ...node, entries };
  }
  if (node.kind !== "list") return undefined;
  const index = key === "-" ? node.items.length : /^\d{1,6}$/.test(key) ? Number(key) : -1;
  if (index < 0 || index > node.items.length) return undefined;
  const items = [...node.items];
  if (rest.length > 0) {
    const child = items[index];
    const changed = child && change(child, rest, value, op);
    if (!changed) return undefined;
    items[index] = changed;
  } else if (!value) items.splice(index, 1);
  else items.splice(index, op === "add" ? 0 : 1, value);
  return { ...node, items };
}

import type { FileText, Unresolved } from "../../domain/deployment.ts";
import { nestedYaml } from "../container/nested-yaml.ts";
import { type FileSet, onceOf, yamlOf } from "../file-set.ts";
import { type Resource, resourcesIn, resourcesOf } from "../kubernetes/resource.ts";
import { withEntries } from "../text-node.ts";
import { at, placeOf, scalarText, type YamlFile, type YamlNode } from "../yaml-tree.ts";
import { generateConfigMaps, withImages, withReplicas } from "./generate.ts";
import { type Patch, patchesOf, referencesOf, rootOf } from "./kustomization.ts";
import { applyOperation, mergePatch } from "./patch.ts";

/** What an overlay makes of its bases. */
export interface Rendered {
  readonly resources: readonly Resource[];
  readonly unresolved: readonly Unresolved[];
}

const MAX_DEPTH = 10;
/** Objects of one overlay; and of all overlays of a repository together. */
const MAX_RESOURCES = 500;
const MAX_RENDERED = 20_000;
const MAX_TOLD = 20;
const MAX_PATCHES = 200;
/** Each copies the list that it changes. */
const MAX_OPERATIONS = 500;

/** Kinds whose lists a patch merges item by item; a custom kind has no schema that says how. */
const WITH_SCHEMA = new Set([
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ReplicaSet",
  "ReplicationController",
  "Pod",
  "Job",
  "CronJob",
  "ConfigMap",
]);

const budgets = onceOf(() => ({ left: MAX_RENDERED, known: new Map<string, Rendered>() }));

/** Renders a kustomization with the files at hand; what stands elsewhere is told. */
export function render(file: FileText, set: FileSet): Rendered {
  const budget = budgets(set);
  const known = budget.known.get(file.path);
  if (known) return known;
  const unresolved: Unresolved[] = [];
  const tell = (node: YamlNode, why: string): void => {
    if (unresolved.length >= MAX_TOLD) return;
    unresolved.push({ fact: "document", text: (scalarText(node) ?? "").slice(0, 120), why, at: placeOf(node) });
  };
  const resources = build(file, { set, tell, open: new Set() });
  const rendered = { resources: resources.slice(0, Math.max(0, budget.left)), unresolved };
  const root = rootOf(file);
  if (root && rendered.resources.length < resources.length) tell(root, "the overlays of this repository are too many");
  budget.left -= resources.length;
  budget.known.set(file.path, rendered);
  return rendered;
}

interface Building {
  readonly set: FileSet;
  readonly tell: (node: YamlNode, why: string) => void;
  /** Kustomizations that are being built: a cycle ends here. */
  readonly open: ReadonlySet<string>;
}

function build(file: FileText, building: Building): readonly Resource[] {
  const { set, tell, open } = building;
  const root = rootOf(file);
  if (!root) return [];
  if (open.has(file.path) || open.size >= MAX_DEPTH) {
    tell(root, "this kustomization refers to itself, or its bases are nested too deeply");
    return [];
  }
  const inner = { ...building, open: new Set([...open, file.path]) };
  let resources: readonly Resource[] = [];
  const late: FileText[] = [];
  for (const reference of referencesOf(file, set)) {
    if (!reference.file) tell(reference.node, "not among the files that were read");
    else if (!reference.is_kustomization) resources = [...resources, ...resourcesOf(yamlOf(reference.file))];
    else if (isComponent(reference.file)) late.push(reference.file);
    else resources = [...resources, ...build(reference.file, inner)];
    if (resources.length > MAX_RESOURCES) {
      tell(reference.node, `more than ${MAX_RESOURCES} objects: the rest was not read`);
      resources = resources.slice(0, MAX_RESOURCES);
      break;
    }
  }
  resources = generateConfigMaps(file, root, set, resources, (node) =>
    tell(node, "not among the files that were read"),
  );
  for (const component of late) resources = transform(component, resources, inner);
  return transform(file, resources, building);
}

const isComponent = (file: FileText): boolean => scalarText(at(rootOf(file), "kind")) === "Component";

/** Patches, namespace, names, images and replicas of one kustomization, in the order in which Kustomize applies them. */
function transform(file: FileText, given: readonly Resource[], { set, tell, open }: Building): readonly Resource[] {
  const root = rootOf(file);
  if (!root) return given;
  let resources = given;
  if (isComponent(file)) {
    const own = referencesOf(file, set).flatMap((each) =>
      each.file && !each.is_kustomization ? resourcesOf(yamlOf(each.file)) : [],
    );
    resources = generateConfigMaps(file, root, set, [...resources, ...own], (node) =>
      tell(node, "not among the files that were read"),
    );
  }
  const patches = patchesOf(file, set);
  for (const patch of patches.slice(0, MAX_PATCHES)) resources = patched(patch, resources, tell);
  const beyond = patches[MAX_PATCHES];
  if (beyond) tell(beyond.node, `more than ${MAX_PATCHES} patches: the rest was not read`);
  for (const key of ["replacements", "vars", "transformers", "generators"]) {
    const node = at(root, key);
    if (node && node.items.length > 0 && open.size < MAX_DEPTH)
      tell(node.items[0] ?? node, `${key} of Kustomize are not followed`);
  }
  const namespace = at(root, "namespace");
  const images = at(root, "images")?.items ?? [];
  const replicas = at(root, "replicas")?.items ?? [];
  const [prefix, suffix] = [scalarText(at(root, "namePrefix")) ?? "", scalarText(at(root, "nameSuffix")) ?? ""];
  return resources.map((resource) => {
    const counted = withReplicas(resource, replicas);
    const imaged = images.length > 0 ? { ...counted, root: withImages(counted.root, images) } : counted;
    const shown = prefix + suffix === "" ? {} : { shown: `${prefix}${resource.shown ?? resource.name}${suffix}` };
    return { ...imaged, ...shown, ...(scalarText(namespace) === undefined ? {} : { namespace }) };
  });
}

function patched(patch: Patch, resources: readonly Resource[], tell: Building["tell"]): readonly Resource[] {
  const yaml: YamlFile | null = patch.inline ? nestedYaml(patch.inline) : patch.file ? yamlOf(patch.file) : null;
  if (!yaml) {
    const named = at(patch.node, "path") ?? patch.node;
    tell(named, "a patch that is not among the files that were read");
    return resources;
  }
  let now = resources;
  for (const { root, error } of yaml.documents) {
    if (error) tell(patch.node, `a patch that was not read: ${error.why}`);
    else if (root) {
      const isForOne = now.some((resource) => isMeant(root, patch.target, resource));
      // What it is for stands elsewhere: the patch says what it says all the same.
      now = isForOne
        ? applyPatch(root, patch.target, now, (why) => tell(patch.node, why))
        : [...now, ...resourcesIn(root)];
    }
  }
  return now;
}

function applyPatch(
  patch: YamlNode,
  target: YamlNode | undefined,
  resources: readonly Resource[],
  tell: (why: string) => void,
): readonly Resource[] {
  return resources.flatMap((resource): readonly Resource[] => {
    if (!isMeant(patch, target, resource)) return [resource];
    if (patch.kind === "list") {
      const changed = patch.items
        .slice(0, MAX_OPERATIONS)
        .reduce<YamlNode | undefined>(
          (node, operation) => (node ? applyOperation(node, operation) : node),
          resource.root,
        );
      if (!changed) tell("an operation of this patch does not fit its target");
      return changed ? [{ ...resource, root: changed }] : [resource];
    }
    const merged = mergePatch(resource.root, patch, WITH_SCHEMA.has(resource.kind));
    if (!merged) return [];
    // A patch with a target may bear any name.
    const metadata = at(resource.root, "metadata");
    const own =
      metadata && target
        ? {
            ...(at(merged, "metadata") ?? metadata),
            entries: new Map([
              ...(at(merged, "metadata")?.entries ?? []),
              ...[...metadata.entries].filter(([key]) => key === "name"),
            ]),
          }
        : null;
    return [{ ...resource, root: own ? withEntries(merged, [["metadata", own]]) : merged }];
  });
}

/** Is a patch for this object? Without a target, the one of its own kind and name. */
const isMeant = (patch: YamlNode, target: YamlNode | undefined, resource: Resource): boolean =>
  target
    ? selects(target, resource)
    : resource.kind === scalarText(at(patch, "kind")) && resource.name === scalarText(at(patch, "metadata", "name"));

function selects(target: YamlNode, resource: Resource): boolean {
  const { root } = resource;
  const version = scalarText(at(root, "apiVersion")) ?? "";
  return (
    matches(scalarText(at(target, "kind")), resource.kind) &&
    matches(scalarText(at(target, "name")), resource.name) &&
    matches(scalarText(at(target, "group")), resource.group) &&
    matches(scalarText(at(target, "version")), version.slice(version.indexOf("/") + 1)) &&
    matches(scalarText(at(target, "namespace")), scalarText(resource.namespace) ?? "default") &&
    hasLabels(scalarText(at(target, "labelSelector")), at(root, "metadata", "labels")) &&
    hasLabels(scalarText(at(target, "annotationSelector")), at(root, "metadata", "annotations"))
  );
}

/** A target's pattern is anchored; of regular expressions only `.*` and `|` are read, which real files use. */
function matches(pattern: string | undefined, value: string): boolean {
  if (pattern === undefined || pattern === "") return true;
  return pattern
    .slice(0, 200)
    .replace(/^\^|\$$/g, "")
    .split("|")
    .some((each) => {
      const parts = each.split(".*");
      let from = 0;
      for (const [i, part] of parts.entries()) {
        const found = i === 0 ? (value.startsWith(part) ? 0 : -1) : value.indexOf(part, from);
        if (found < 0) return false;
        from = found + part.length;
      }
      return parts.length > 1 ? value.endsWith(parts.at(-1) ?? "") : from === value.length;
    });
}

function hasLabels(selector: string | undefined, labels: YamlNode | undefined): boolean {
  if (selector === undefined) return true;
  return selector.split(",").every((term) => {
    const [key = "", value] = term.split("=").filter((part) => part !== "");
    const found = scalarText(at(labels, key.trim()));
    return value === undefined ? found !== undefined : found === value.trim();
  });
}

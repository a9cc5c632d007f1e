import { folderOf } from "../file-set.ts";
import { at, scalarText } from "../yaml-tree.ts";
import { namespaceOf, type Resource, sameNamespace } from "./resource.ts";

/** Objects that others refer to by name. */
export interface Links {
  /** The one object of these kinds and this name that `from` means; null where there is none, or several that differ. */
  readonly find: (kinds: readonly string[], name: string, from: Resource) => Resource | null;
  /** Every object of a kind (`kind>name`: those that scale the object of that name) that may stand in the namespace of `from`, the nearest only. */
  readonly near: (kind: string, from: Resource) => readonly Resource[];
}

const NONE: readonly Resource[] = [];

/**
 * `own` are the objects that are read together (a file, a rendered overlay or chart); `others` those of the repository, of
 * which the ones in files of `own` are left out. A list of others is indexed once, however many files look into it.
 */
export function linksOf(own: readonly Resource[], others: readonly Resource[] = NONE): Links {
  const [mine, all] = [byKind(own), indexed(others)];
  const ownPaths = new Set(own.map(({ root }) => root.origin.path));
  const rest = (kind: string) => (all.get(kind) ?? NONE).filter(({ root }) => !ownPaths.has(root.origin.path));
  const near = (kind: string, from: Resource): readonly Resource[] => {
    const here = (mine.get(kind) ?? []).filter((each) => sameNamespace(each, from));
    const elsewhere = rest(kind).filter((each) => sameNamespace(each, from));
    const folder = folderOf(from.root.origin.path);
    const beside = elsewhere.filter((each) => folderOf(each.root.origin.path) === folder);
    return [...here, ...(beside.length > 0 ? beside : elsewhere)];
  };
  return {
    near,
    find(kinds, name, from) {
      for (const pool of [(kind: string) => mine.get(kind) ?? NONE, rest]) {
        const named = kinds.flatMap((kind) => pool(`${kind}/${name}`));
        const found = nearest(named, from);
        if (found !== undefined) return found;
      }
      return null;
    },
  };
}

/** undefined: none; null: several that are equally near. */
function nearest(named: readonly Resource[], from: Resource): Resource | null | undefined {
  const may = named.filter((each) => sameNamespace(each, from));
  const folder = folderOf(from.root.origin.path);
  const exact = may.filter((each) => namespaceOf(each) === namespaceOf(from));
  for (const group of [
    exact.filter((each) => folderOf(each.root.origin.path) === folder),
    may.filter((each) => folderOf(each.root.origin.path) === folder),
    exact,
    may,
  ]) {
    if (group.length === 1) return group[0];
    if (group.length > 1) return null;
  }
  return undefined;
}

const indexes = new WeakMap<readonly Resource[], ReadonlyMap<string, readonly Resource[]>>();
function indexed(resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> {
  const known = indexes.get(resources);
  if (known) return known;
  const index = byKind(resources);
  indexes.set(resources, index);
  return index;
}

/** By kind, by `kind/name`, and what scales another by `kind>target`. */
function byKind(resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> {
  const index = new Map<string, Resource[]>();
  const add = (key: string, resource: Resource): void => {
    const known = index.get(key);
    if (known) known.push(resource);
    else index.set(key, [resource]);
  };
  for (const resource of resources) {
    add(resource.kind, resource);
    add(`${resource.kind}/${resource.name}`, resource);
    const target = scalarText(at(resource.root, "spec", "scaleTargetRef", "name"));
    if (target !== undefined) add(`${resource.kind}>${target}`, resource);
  }
  return index;
}

import type { FileText } from "../domain/deployment.ts";
import { readYaml, type YamlFile } from "./yaml-tree.ts";

/** Files that are read together: what one says may stand in another. */
export interface FileSet {
  readonly files: readonly FileText[];
  readonly byPath: ReadonlyMap<string, FileText>;
}

export const fileSet = (files: readonly FileText[]): FileSet => ({
  files,
  byPath: new Map(files.map((file) => [file.path, file])),
});

/** The same set with one file's text replaced. */
export const withFile = (set: FileSet, file: FileText): FileSet =>
  fileSet(set.files.map((each) => (each.path === file.path ? file : each)));

const parsed = new WeakMap<FileText, YamlFile>();

/** The file's YAML documents; each text is parsed once. */
export function yamlOf(file: FileText): YamlFile {
  const known = parsed.get(file);
  if (known) return known;
  const yaml = readYaml(file.path, file.content);
  parsed.set(file, yaml);
  return yaml;
}

/** After an edit most documents of a file are what they were: they are not parsed again. */
export function reuseYaml(before: FileText, after: FileText): void {
  const known = parsed.get(before);
  if (known) parsed.set(after, readYaml(after.path, after.content, undefined, known));
}

/** `overlays/prod/kustomization.yaml` → `overlays/prod`; a file at the top: the empty text. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** A path as written in a file of `folder` → a path of the set; null where it leaves the repository or is no path. */
export function resolvePath(folder: string, written: string): string | null {
  if (/^[a-z][a-z0-9+.-]{0,20}:/i.test(written) || written.startsWith("/")) return null;
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of written.slice(0, 1000).split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}

/** Something computed once of a set of files. */
export function onceOf<T>(compute: (set: FileSet) => T): (set: FileSet) => T {
  const known = new WeakMap<FileSet, { readonly value: T }>();
  return (set) => {
    const before = known.get(set);
    if (before) return before.value;
    const value = compute(set);
    known.set(set, { value });
    return value;
  };
}

/** Something computed once of each file, however many sets it is in. */
export function onceOfFile<T>(compute: (file: FileText) => T): (file: FileText) => T {
  const known = new WeakMap<FileText, { readonly value: T }>();
  return (file) => {
    const before = known.get(file);
    if (before) return before.value;
    const value = compute(file);
    known.set(file, { value });
    return value;
  };
}

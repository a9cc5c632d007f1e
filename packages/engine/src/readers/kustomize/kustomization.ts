import type { FileText } from "../../domain/deployment.ts";
import { type FileSet, folderOf, onceOf, resolvePath, yamlOf } from "../file-set.ts";
import { at, scalarText, type YamlNode } from "../yaml-tree.ts";

export const isKustomization = (path: string): boolean => /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/.test(path);

const NAMES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** The kustomization that a folder holds. */
export function kustomizationIn(set: FileSet, folder: string): FileText | undefined {
  for (const name of NAMES) {
    const file = set.byPath.get(folder === "" ? name : `${folder}/${name}`);
    if (file) return file;
  }
  return undefined;
}

export const rootOf = (file: FileText): YamlNode | null => yamlOf(file).documents[0]?.root ?? null;

/** One thing that a kustomization lists, and where it leads. */
export interface Reference {
  readonly node: YamlNode;
  readonly written: string;
  /** A kustomization or a manifest of the set; null: not among the files at hand. */
  readonly file: FileText | null;
  readonly is_kustomization: boolean;
}

/** `resources`, `bases` and `components`, resolved. */
export function referencesOf(file: FileText, set: FileSet): readonly Reference[] {
  const root = rootOf(file);
  return ["resources", "bases", "components"].flatMap((key) =>
    (at(root, key)?.items ?? []).flatMap((node): readonly Reference[] => {
      const written = scalarText(node);
      return written === undefined ? [] : [{ node, written, ...lookUp(written, file, set) }];
    }),
  );
}

function lookUp(written: string, from: FileText, set: FileSet) {
  const path = resolvePath(folderOf(from.path), written);
  const manifest = path === null ? undefined : set.byPath.get(path);
  if (manifest) return { file: manifest, is_kustomization: isKustomization(manifest.path) };
  const folder = path === null ? undefined : kustomizationIn(set, path);
  return { file: folder ?? null, is_kustomization: folder !== undefined };
}

/** A file that a kustomization names elsewhere: a patch, a generator's source. */
export function fileNamed(written: string | undefined, from: FileText, set: FileSet): FileText | undefined {
  const path = written === undefined ? null : resolvePath(folderOf(from.path), written);
  return path === null ? undefined : set.byPath.get(path);
}

/** A patch of a kustomization: its operations or partial objects, and what it is for. */
export interface Patch {
  readonly target: YamlNode | undefined;
  /** Text of its own, or a file of the set; null: the file is not at hand. */
  readonly inline: YamlNode | undefined;
  readonly file: FileText | null;
  readonly node: YamlNode;
}

export function patchesOf(file: FileText, set: FileSet): readonly Patch[] {
  const root = rootOf(file);
  const targeted = ["patches", "patchesJson6902"].flatMap((key) => at(root, key)?.items ?? []);
  const plain = at(root, "patchesStrategicMerge")?.items ?? [];
  return [
    ...plain.map((node): Patch => {
      const written = scalarText(node);
      const isInline = written?.includes("\n") ?? false;
      return {
        target: undefined,
        inline: isInline ? node : undefined,
        file: isInline ? null : (fileNamed(written, file, set) ?? null),
        node,
      };
    }),
    ...targeted.map(
      (node): Patch => ({
        target: at(node, "target"),
        inline: at(node, "patch"),
        file: fileNamed(scalarText(at(node, "path")), file, set) ?? null,
        node,
      }),
    ),
  ];
}

/** Who uses what, over all kustomizations at hand. */
export interface Usage {
  /** Manifest or kustomization → the kustomizations that list it. */
  readonly usedBy: ReadonlyMap<string, readonly FileText[]>;
  /** Files that are only parts of others: patches. */
  readonly parts: ReadonlySet<string>;
}

export const usageOf = onceOf((set: FileSet): Usage => {
  const usedBy = new Map<string, FileText[]>();
  const parts = new Set<string>();
  for (const file of set.files.filter(({ path }) => isKustomization(path))) {
    for (const { file: used } of referencesOf(file, set)) {
      if (!used) continue;
      const users = usedBy.get(used.path);
      if (users) users.push(file);
      else usedBy.set(used.path, [file]);
    }
    for (const { file: part } of patchesOf(file, set)) if (part) parts.add(part.path);
  }
  return { usedBy, parts };
});

/** An overlay that no other builds upon is what is deployed; a component never is by itself. */
export function isDeployedOverlay(file: FileText, set: FileSet): boolean {
  const root = rootOf(file);
  return scalarText(at(root, "kind")) !== "Component" && !usageOf(set).usedBy.has(file.path);
}

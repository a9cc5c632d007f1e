import type { FileText } from "../domain/deployment.ts";
import { fileSet } from "../readers/file-set.ts";
import { readFile } from "../readers/index.ts";
import { deploymentFiles } from "./audit-files.ts";
import type { ProtocolContext } from "./protocol.ts";

/** Program text: what it says stands in it alone. */
const STANDS_ALONE = /\.(?:pyi?|ipynb)$/i;
/** What a chart, an overlay or a service may take its values from. */
const BESIDE = /\.(?:ya?ml|tpl|env|properties)$|(?:^|\/)\.env[^/]{0,100}$/i;

/** May this file say something about a deployment of another file? A host reads it though it is not changed, or holds none. */
export const isReadBeside = (path: string): boolean => BESIDE.test(path.slice(-1_000));

/** Files that are looked up, and audited only where a deployment of theirs changes with another file. */
export interface BesideFiles {
  readonly base: readonly FileText[];
  readonly head: readonly FileText[];
  /** May a deployment of this unchanged file be audited? */
  readonly mayDepend: (path: string) => boolean;
}

/**
 * Of the unchanged files those whose deployments are not what they were, because a file that they take values from
 * changed: the chart of changed values, the overlays of a changed base.
 */
export function dependentsOf(
  beside: BesideFiles,
  sides: { readonly base: readonly FileText[]; readonly head: readonly FileText[] },
  { python }: ProtocolContext,
): readonly FileText[] {
  const before = new Map(beside.base.map((file) => [file.path, file]));
  const unchanged = beside.head.filter(
    (file) => before.get(file.path)?.content === file.content && beside.mayDepend(file.path),
  );
  const candidates = deploymentFiles(unchanged).wanted.filter(({ path }) => !STANDS_ALONE.test(path));
  if (candidates.length === 0) return [];
  const [base, head] = [fileSet(sides.base), fileSet(sides.head)];
  const factsOf = (file: FileText, files: typeof base): string => {
    const outcome = readFile(file, { python, files });
    return outcome.kind === "read" ? JSON.stringify([outcome.result.deployments, outcome.result.unresolved]) : "";
  };
  return candidates.filter((file) => factsOf(file, base) !== factsOf(file, head));
}

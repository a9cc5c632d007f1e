import type { SkippedCount, SkippedFile } from "../domain/audit-report.ts";
import type { FileText } from "../domain/deployment.ts";
import { READERS } from "../readers/index.ts";
import { isDeployed } from "./audit-context.ts";

const NO_FORMAT = "not a format that is read";
const NO_DEPLOYMENT = "nothing in it that starts a model";
export const NOT_DEPLOYED = "tests and documentation are no deployments";

/** Why a path is not worth reading; null: it may hold a deployment, what is inside decides. */
export function whyNotAuditable(path: string): string | null {
  if (!READERS.some((reader) => reader.acceptsPath(path))) return NO_FORMAT;
  return isDeployed(path) ? null : NOT_DEPLOYED;
}

/** A file without a deployment: counted, not listed. */
export type OtherFile = SkippedFile & SkippedCount;

/** Of the files of a repository those that a reader takes; a workflow, a test or another program is counted and no more. */
export function deploymentFiles(files: readonly FileText[]): {
  readonly wanted: readonly FileText[];
  readonly others: readonly OtherFile[];
} {
  const wanted: FileText[] = [];
  const others: OtherFile[] = [];
  for (const file of files) {
    const why = whyNotAuditable(file.path) ?? (READERS.some((reader) => reader.accepts(file)) ? null : NO_DEPLOYMENT);
    if (why === null) wanted.push(file);
    else others.push({ path: file.path, why, files: 1 });
  }
  return { wanted, others };
}

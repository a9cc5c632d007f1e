import type { AuditReport, SkippedCount, SkippedFile } from "../domain/audit-report.ts";
import type { FileText } from "../domain/deployment.ts";
import { auditSide } from "./audit.ts";
import { coverageOf } from "./audit-coverage.ts";
import { deploymentFiles } from "./audit-files.ts";
import type { AuditOptions } from "./audit-options.ts";
import type { ProtocolContext } from "./protocol.ts";

/** The files of a working tree or of a commit, as far as a host read them. */
export interface RepositoryInput {
  readonly files: readonly FileText[];
  /** Files that are only looked up, where a deployment takes values from them. */
  readonly beside?: readonly FileText[];
  /** Files that may hold a deployment and could not be read, with the reason. */
  readonly skipped: readonly SkippedFile[];
  /** Files that were not read, by reason. */
  readonly unlisted: readonly SkippedCount[];
  /** What was not looked at at all, in sentences. */
  readonly partial: readonly string[];
}

/** AUDIT of a whole repository; files without a deployment are counted, not listed. */
export function auditRepository(input: RepositoryInput, options: AuditOptions, context: ProtocolContext): AuditReport {
  const { wanted, others } = deploymentFiles(input.files);
  const { report } = auditSide(wanted, options, context, [...input.files, ...(input.beside ?? [])]);
  const { files_read, files_skipped } = report.coverage;
  return {
    ...report,
    coverage: coverageOf({
      files_read,
      files_skipped: [...input.skipped, ...files_skipped],
      unlisted: [...others, ...input.unlisted],
      partial: input.partial,
      deployments: report.deployments,
    }),
  };
}

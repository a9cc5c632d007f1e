import type {
  AuditedDeployment,
  Coverage,
  DeploymentCoverage,
  SkippedCount,
  SkippedFile,
} from "../domain/audit-report.ts";

interface Looked {
  readonly files_read: number;
  readonly files_skipped: readonly SkippedFile[];
  /** Files that are only counted. */
  readonly unlisted?: readonly SkippedCount[];
  readonly partial?: readonly string[];
  readonly deployments: readonly AuditedDeployment[];
}

export function coverageOf({ files_read, files_skipped, unlisted = [], partial = [], deployments }: Looked): Coverage {
  const counts = new Map<string, number>();
  for (const { why, files } of [...files_skipped.map(({ why }) => ({ why, files: 1 })), ...unlisted]) {
    if (files > 0) counts.set(why, (counts.get(why) ?? 0) + files);
  }
  const skipped_by_reason = [...counts].map(([why, files]) => ({ why, files })).sort((a, b) => b.files - a.files);
  const skipped = skipped_by_reason.reduce((total, { files }) => total + files, 0);
  return {
    files_seen: files_read + skipped,
    files_read,
    files_skipped,
    skipped_by_reason,
    partial,
    deployments: deploymentCoverage(deployments),
  };
}

/** How far the files tell what each deployment is; training is no deployment. */
export function deploymentCoverage(deployments: readonly AuditedDeployment[]): DeploymentCoverage {
  const judged = deployments.filter(({ purpose }) => purpose === "inference");
  const estimated = judged.filter(({ monthly }) => monthly !== null).length;
  const unresolved = judged.filter(({ monthly, model_id }) => monthly === null && model_id === null).length;
  return { estimated, partly_known: judged.length - estimated - unresolved, unresolved };
}

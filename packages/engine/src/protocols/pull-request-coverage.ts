import type { Coverage, SkippedCount, SkippedFile } from "../domain/audit-report.ts";
import type { AuditedSide } from "./audit.ts";
import { coverageOf } from "./audit-coverage.ts";
import type { OtherFile } from "./audit-files.ts";

interface Side {
  readonly audited: AuditedSide;
  readonly others: readonly OtherFile[];
}

interface Told {
  readonly skipped: readonly SkippedFile[];
  readonly unlisted?: readonly SkippedCount[];
  readonly partial: readonly string[];
}

/** A file that both sides have counts once: skipped when a side was, read when a side was. `toHead` translates a path of the base. */
export function pullRequestCoverage(base: Side, head: Side, toHead: (path: string) => string, told: Told): Coverage {
  const atHead = <T extends SkippedFile>(files: readonly T[]) =>
    files.map((file) => ({ ...file, path: toHead(file.path) }));
  const skipped = byPath([
    ...told.skipped,
    ...atHead(base.audited.report.coverage.files_skipped),
    ...head.audited.report.coverage.files_skipped,
  ]);
  const read = new Set([
    ...base.audited.report.configuration.files.map(toHead),
    ...head.audited.report.configuration.files,
  ]);
  for (const path of skipped.keys()) read.delete(path);
  const others = byPath([...atHead(base.others), ...head.others]);
  const uncounted = [...others.values()].filter(({ path }) => !read.has(path) && !skipped.has(path));
  return coverageOf({
    files_read: read.size,
    files_skipped: [...skipped.values()],
    unlisted: [...uncounted, ...(told.unlisted ?? [])],
    partial: told.partial,
    deployments: head.audited.report.deployments,
  });
}

const byPath = <T extends SkippedFile>(files: readonly T[]): ReadonlyMap<string, T> =>
  new Map(files.map((file) => [file.path, file]));

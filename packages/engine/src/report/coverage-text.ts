import type { Coverage } from "../domain/audit-report.ts";
import { count } from "./comment-format.ts";

/** Reasons that are named; the rest is summed. */
const REASONS_SHOWN = 6;

/** What was looked at, in one line of plain text without the point at its end; hosts and renderers escape it. */
export function coverageText({ files_seen, files_read, skipped_by_reason, deployments }: Coverage): string {
  const skipped = files_seen - files_read;
  const reasons = skipped_by_reason.slice(0, REASONS_SHOWN).map(({ why, files }) => `${files} ${why}`);
  const left = skipped_by_reason.slice(REASONS_SHOWN).reduce((total, { files }) => total + files, 0);
  if (left > 0) reasons.push(`${left} for other reasons`);
  const because = skipped === 0 ? "" : `, ${skipped} skipped (${reasons.join("; ")})`;
  const read = skipped === 0 ? count(files_read, "file") : `${files_read} of ${count(files_seen, "file")}`;
  if (files_read === 0) return `Nothing was read, so nothing is judged: ${count(files_seen, "file")} seen${because}`;
  return `${read} read${because}; ${deploymentsText(deployments)}`;
}

function deploymentsText({ estimated, partly_known, unresolved }: Coverage["deployments"]): string {
  const all = estimated + partly_known + unresolved;
  if (all === 0) return "no deployment found in them";
  const parts = [`${estimated} estimated`];
  if (partly_known > 0) parts.push(`${partly_known} partly known`);
  if (unresolved > 0) parts.push(`${unresolved} unresolved`);
  return `${count(all, "deployment")}: ${parts.join(", ")}`;
}

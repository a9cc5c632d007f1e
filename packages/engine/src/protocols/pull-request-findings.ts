import type { SuppressedFinding } from "../domain/audit-report.ts";
import type { FileText } from "../domain/deployment.ts";
import { type Finding, SEVERITIES } from "../domain/finding.ts";

export interface ClassifiedFindings {
  readonly introduced: readonly Finding[];
  readonly fixed: readonly Finding[];
  readonly existing: readonly Finding[];
}

interface Side {
  readonly files: readonly FileText[];
  readonly findings: readonly Finding[];
  /** Silenced with a reason: still there, so not fixed. */
  readonly suppressed?: readonly SuppressedFinding[];
}

const rank = (finding: Finding): number => SEVERITIES.indexOf(finding.severity);

/**
 * Tells what a pull request brings in from what was there. Identity is rule, deployment and the text of the lines, never
 * the line number; equal findings are counted one by one. A line that was only edited keeps its finding, unless the
 * finding became worse.
 *
 * @param idAtHead translates the id of a deployment at the base to the one it has at the head
 */
export function classifyFindings(base: Side, head: Side, idAtHead: (baseId: string) => string): ClassifiedFindings {
  const remaining = base.findings.map((finding) => {
    const coarse = `${finding.rule}\n${idAtHead(finding.deployment)}`;
    return { finding, coarse, exact: `${coarse}\n${contentOf(finding, base.files)}` };
  });
  const take = (matches: (candidate: (typeof remaining)[number]) => boolean): boolean => {
    const index = remaining.findIndex(matches);
    if (index < 0) return false;
    remaining.splice(index, 1);
    return true;
  };
  const existing = new Set<Finding>();
  for (const finding of head.findings) {
    const exact = `${finding.rule}\n${finding.deployment}\n${contentOf(finding, head.files)}`;
    if (take((each) => each.exact === exact && rank(each.finding) <= rank(finding))) existing.add(finding);
  }
  // Exact matches first, so that an edited copy cannot take the partner of an untouched one.
  for (const finding of head.findings) {
    if (existing.has(finding)) continue;
    const coarse = `${finding.rule}\n${finding.deployment}`;
    if (take((each) => each.coarse === coarse && rank(each.finding) <= rank(finding))) existing.add(finding);
  }
  const introduced = head.findings.filter((finding) => !existing.has(finding));
  // What came back worse is told once, as introduced; what was silenced is still there.
  const silenced = head.suppressed?.map(({ finding }) => finding) ?? [];
  for (const finding of [...introduced, ...silenced]) {
    take((each) => each.coarse === `${finding.rule}\n${finding.deployment}`);
  }
  return {
    introduced,
    existing: head.findings.filter((finding) => existing.has(finding)),
    fixed: remaining.map((each) => each.finding),
  };
}

/** The lines that a finding is about, without their spacing. */
function contentOf(finding: Finding, files: readonly FileText[]): string {
  const text = files.find((file) => file.path === finding.path)?.content ?? "";
  const lines = text.split("\n").slice(finding.line - 1, finding.end_line);
  return lines.map((line) => line.replaceAll(/\s/g, "")).join("\n");
}

import { type AuditReport, type FileText, renderSarif } from "@ecocompute/engine";
import { MAX_ANSWER_BYTES } from "./limits.ts";

/** Share of the findings that is kept when a log is too long. */
const SHORTER = 0.8;

/** An audit as SARIF 2.1.0, for code scanning; findings beyond 64 KiB are left out, the worst kept, and that is said. */
export function auditSarif(report: AuditReport, input: Readonly<Record<string, unknown>>, version: string): string {
  const notes = report.warnings.map(({ message }) => message);
  const log = (kept: number): string => {
    const left = report.findings.length - kept;
    const sarif = renderSarif(
      {
        findings: report.findings.slice(0, kept),
        suppressed: kept === report.findings.length ? report.suppressed : [],
        files: textsOf(report, input),
        notes: left === 0 ? notes : [...notes, `${left} findings are left out: one answer holds 64 KiB.`],
      },
      { tool_version: version, project_url: null, category: "ecocompute" },
    );
    return JSON.stringify(JSON.parse(sarif));
  };
  let kept = report.findings.length;
  let text = log(kept);
  while (kept > 0 && new TextEncoder().encode(text).length > MAX_ANSWER_BYTES) {
    kept = Math.floor(kept * SHORTER);
    text = log(kept);
  }
  return text;
}

/** The texts that were sent, under the paths that findings name. */
function textsOf(report: AuditReport, { code, files }: Readonly<Record<string, unknown>>): readonly FileText[] {
  if (typeof code === "string") {
    const path = report.findings[0]?.path;
    return path === undefined ? [] : [{ path, content: code }];
  }
  return Array.isArray(files) ? files : [];
}

import { type Finding, SEVERITIES } from "../domain/finding.ts";
import type { PullRequestReport } from "../protocols/pull-request-report.ts";
import { count, interval, number } from "./comment-format.ts";
import type { CommentOptions, Detail } from "./comment-options.ts";
import { place } from "./comment-place.ts";
import { codeBlock, codeSpan, escapeMarkdown, languageOf } from "./escape.ts";
import { evidenceText } from "./evidence-ids.ts";
import { prose } from "./prose.ts";

const SIGN = { critical: "🔴", warning: "🟡", info: "🔵" } as const;
/** Longest sentence of a rule: it is the engine's text, with values of the file inside. */
const SENTENCE = 1_000;

const byImpact = (a: Finding, b: Finding): number =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
  (b.impact_kwh_month?.value ?? 0) - (a.impact_kwh_month?.value ?? 0) ||
  (b.impact_percent?.high ?? 0) - (a.impact_percent?.high ?? 0) ||
  (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line);

/** The worst first: by severity, then by energy. */
export const sortedByImpact = (findings: readonly Finding[]): readonly Finding[] => findings.toSorted(byImpact);

/** What the pull request brings in with its fixes, what it removes, and what was there before. */
export function findingSections(report: PullRequestReport, options: CommentOptions, detail: Detail): string[] {
  const { introduced, fixed, existing } = report.findings;
  const sections: string[] = [];
  if (introduced.length > 0) {
    const shown = sortedByImpact(introduced).slice(0, detail.findings);
    const left = introduced.length - shown.length;
    sections.push(
      [
        `### ${count(introduced.length, "finding")} that this pull request brings in`,
        ...shown.map((finding, index) => item(finding, options, index < detail.fixes)),
        ...(left > 0 ? [`${count(left, "more finding")} in ${options.rest_at}.`] : []),
      ].join("\n\n"),
    );
  }
  if (fixed.length > 0) {
    const shown = sortedByImpact(fixed).slice(0, detail.findings);
    const left = fixed.length - shown.length;
    const lines = shown.map((each) => `- ✅ ${codeSpan(each.rule)} at ${place(each.path, each.line, null)}`);
    if (left > 0) lines.push(`- and ${number(left)} more, in ${options.rest_at}`);
    sections.push(
      [`### ${count(fixed.length, "finding")} that this pull request removes`, lines.join("\n")].join("\n\n"),
    );
  }
  if (existing.length > 0) {
    const were = `${count(existing.length, "finding")} ${existing.length === 1 ? "was" : "were"} there before`;
    const lines = sortedByImpact(existing).map((each) => oneLine(each, options));
    sections.push(
      detail.existing
        ? `<details><summary>${were} and cannot fail this pull request</summary>\n\n${lines.map((line) => `- ${line}`).join("\n")}\n\n</details>`
        : `${were} and cannot fail this pull request: see ${options.rest_at}.`,
    );
  }
  if (report.suppressed.length > 0) sections.push(suppressed(report, options, detail));
  return sections;
}

/** What somebody silenced is told with the reason: whoever reviews judges that too. */
function suppressed({ suppressed: silenced }: PullRequestReport, options: CommentOptions, detail: Detail): string {
  const title = `${count(silenced.length, "finding")} suppressed with a reason`;
  if (!detail.existing) return `${title}: see ${options.rest_at}.`;
  const lines = silenced.map(({ finding, suppression: { reason = "", until } }) => {
    const end = until === undefined ? "" : `, until ${escapeMarkdown(until)}`;
    return `- ${codeSpan(finding.rule)} at ${place(finding.path, finding.line, options.file_url)}${end}: ${escapeMarkdown(reason, SENTENCE)}${impact(finding)}`;
  });
  return `<details><summary>${title}</summary>\n\n${lines.join("\n")}\n\n</details>`;
}

function oneLine(finding: Finding, options: CommentOptions): string {
  const at = place(finding.path, finding.line, options.file_url);
  return `${SIGN[finding.severity]} **${finding.severity}** ${codeSpan(finding.rule)} at ${at}: ${escapeMarkdown(finding.message, SENTENCE)}${impact(finding)}`;
}

function impact({ impact_kwh_month: kwh, impact_percent: share }: Finding): string {
  if (kwh && number(kwh.high) === "0") return " Costs no energy at this traffic.";
  if (kwh) return ` Wastes **${number(kwh.value)} kWh a month** (${interval(kwh)}).`;
  if (share) return ` Wastes ${number(share.low)}–${number(share.high)} % of its energy.`;
  return "";
}

function item(finding: Finding, options: CommentOptions, withFix: boolean): string {
  const line = oneLine(finding, options);
  if (!withFix) return line;
  const evidence = finding.evidence.length === 0 ? "" : `Evidence: ${evidenceText(finding.evidence)}.`;
  const parts = [
    `<details><summary>Fix and evidence</summary>`,
    escapeMarkdown(finding.fix.description, SENTENCE),
    finding.fix.code.trim() === "" ? "" : codeBlock(finding.fix.code.trimEnd(), languageOf(finding.path)),
    checkedEdit(finding),
    escapeMarkdown(finding.why, SENTENCE),
    evidence,
    prose(finding.how_to_measure ?? "", SENTENCE),
    "</details>",
  ];
  return [line, parts.filter((part) => part !== "").join("\n\n")].join("\n\n");
}

/** The edit that was checked, for whoever does not see it as a suggested change. */
function checkedEdit({ fix: { edit } }: Finding): string {
  if (!edit) return "";
  const lines = edit.line === edit.end_line ? "line" : `lines ${edit.line} to`;
  const where = `The suggested edit, checked to silence this rule, for ${lines} ${edit.end_line} of ${codeSpan(edit.path)}:`;
  return `${where}\n\n${codeBlock(edit.replacement, languageOf(edit.path))}`;
}

import type { AuditedDeployment, AuditReport } from "../domain/audit-report.ts";
import type { Finding, Severity } from "../domain/finding.ts";
import { formatNumber } from "../domain/format.ts";
import { withoutImpact } from "../protocols/audit-findings.ts";
import { coverageText } from "./coverage-text.ts";
import { codeBlock, codeSpan, languageOf } from "./escape.ts";
import { evidenceText, PRACTICE } from "./evidence-ids.ts";
import { markdownTable } from "./markdown-table.ts";
import { prose } from "./prose.ts";
import { quantityText, usdText } from "./quantity-text.ts";

const NONE = "None found.";
/** Rows of evidence that are named; the count says the rest. */
const EVIDENCE_SHOWN = 6;
/** AUDIT as the skill writes it: its headings, and below them what was looked at and what could not be estimated. */
export function renderAuditMarkdown(report: AuditReport): string {
  const section = (title: string, severity: Severity) => `### ${title}\n\n${findingList(report, severity)}`;
  return `${[
    "## Audit Results",
    summary(report),
    section("🔴 Critical Issues", "critical"),
    section("🟡 Warnings", "warning"),
    section("ℹ️ Info", "info"),
    `### ✅ Good Practices\n\n${practices(report)}`,
    `### Recommended Changes\n\n${changes(report)}`,
    ...suppressed(report),
    `### Deployments\n\n${deployments(report)}`,
    `### Coverage\n\n${coverage(report)}`,
  ].join("\n\n")}\n`;
}

function summary({
  findings,
  suppressed: silenced,
  deployments,
  dataset_version,
  coverage: looked,
}: AuditReport): string {
  const dataset = `Dataset ${codeSpan(dataset_version)}.`;
  if (deployments.length === 0) return `**No deployment was judged.** ${prose(coverageText(looked))}. ${dataset}`;
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const warnings = count("warning");
  const found = `${count("critical")} critical, ${warnings} ${warnings === 1 ? "warning" : "warnings"}, ${count("info")} info`;
  const estimated = deployments.filter((deployment) => deployment.monthly).length;
  const quiet = silenced.length > 0 ? ` (${silenced.length} more suppressed)` : "";
  return `${found}${quiet} in ${deployments.length} ${deployments.length === 1 ? "deployment" : "deployments"}, ${estimated} of them estimated. ${dataset}`;
}

/** Silenced findings stay visible: which, where, why and until when. */
function suppressed(report: AuditReport): readonly string[] {
  if (report.suppressed.length === 0) return [];
  const items = report.suppressed.map(({ finding, suppression: { reason, until, at } }) => {
    const by = at ? codeSpan(`${at.path}:${at.line}`) : "the configuration";
    const end = until === undefined ? "" : ` until ${prose(until)}`;
    return `- ${codeSpan(finding.rule)} (${finding.severity}) at ${codeSpan(`${finding.path}:${finding.line}`)}: ${prose(reason ?? "")} (by ${by}${end})`;
  });
  return [`### Suppressed\n\n${items.join("\n")}`];
}

function findingList({ findings }: AuditReport, severity: Severity): string {
  const items = findings.filter((finding) => finding.severity === severity).map(findingText);
  return items.length > 0 ? items.join("\n") : NONE;
}

function findingText(finding: Finding): string {
  const lines = [
    `- **${codeSpan(finding.rule)}** at ${codeSpan(`${finding.path}:${finding.line}`)}: ${prose(finding.message)}`,
    `  - Impact: ${impactText(finding)}`,
    `  - Why: ${prose(finding.why)}`,
    `  - Evidence: ${evidenceOf(finding)}`,
  ];
  return lines.join("\n");
}

function impactText(finding: Finding): string {
  const { impact_percent, impact_kwh_month } = finding;
  const without = withoutImpact(finding);
  if (!impact_percent || without !== null) return without ?? "";
  const { low, high } = impact_percent;
  const [a, b] = [formatNumber(low, 2), formatNumber(high, 2)];
  const share = `${a === b ? a : `${a}–${b}`} % of this deployment's energy`;
  return impact_kwh_month ? `${share}; ${quantityText(impact_kwh_month, "kWh a month")}` : share;
}

function evidenceOf({ evidence, how_to_measure }: Finding): string {
  if (evidence.length > 0) return evidenceText(evidence, EVIDENCE_SHOWN);
  return how_to_measure === undefined ? PRACTICE : `none. ${prose(how_to_measure)}`;
}

function practices({ good_practices }: AuditReport): string {
  const items = good_practices.map(({ message, at }) => `- ${prose(message)} (${codeSpan(`${at.path}:${at.line}`)})`);
  return items.length > 0 ? items.join("\n") : NONE;
}

function changes(report: AuditReport): string {
  const items = report.recommended_changes.map((change) => {
    const finding = report.findings[change.finding];
    const language = languageOf(finding?.path ?? "");
    const place = finding ? ` (${codeSpan(`${finding.path}:${finding.line}`)})` : "";
    const block = change.code === "" ? "" : `\n\n${indented(codeBlock(change.code, language))}`;
    const expected = `   Expected: ${prose(change.expected)}.`;
    const edit = finding?.fix.edit;
    const smallest = edit ? `\n\n   Smallest edit:\n\n${indented(codeBlock(edit.replacement, language))}` : "";
    return `${change.priority}. ${prose(change.title)}${place}${block}\n\n${expected}${smallest}`;
  });
  if (items.length === 0) return "None: nothing was found to change.";
  return [...items, ...(overlap(report) ? [OVERLAP] : [])].join("\n\n");
}

const OVERLAP = "Savings for one deployment overlap: each is what it would save alone, against today.";

function overlap({ findings, recommended_changes }: AuditReport): boolean {
  const deployments = recommended_changes.flatMap(({ finding }) => {
    const found = findings[finding];
    return found?.impact_percent ? [found.deployment] : [];
  });
  return new Set(deployments).size < deployments.length;
}

const indented = (text: string): string =>
  text
    .split("\n")
    .map((line) => (line === "" ? "" : `   ${line}`))
    .join("\n");

function deployments({ deployments: all }: AuditReport): string {
  if (all.length === 0) return "None found: no file that was read starts a model.";
  const rows = all.map((deployment) => [
    `${codeSpan(deployment.name)} (${codeSpan(`${deployment.path}:${deployment.line}`)})`,
    setup(deployment),
    deployment.monthly ? quantityText(deployment.monthly.energy_kwh, "kWh") : "not estimated",
    deployment.monthly ? (deployment.monthly.cost_usd ? usdText(deployment.monthly.cost_usd) : "no price known") : "–",
    deployment.monthly
      ? deployment.monthly.carbon_kgco2e
        ? quantityText(deployment.monthly.carbon_kgco2e, "kg")
        : "no intensity known"
      : "–",
  ]);
  const notes = all.flatMap(noteLines);
  const table = markdownTable(["Deployment", "Configuration", "Energy a month", "Cost", "CO2e"], rows);
  return notes.length > 0 ? `${table}\n\n${notes.join("\n")}` : table;
}

function setup({ configuration }: AuditedDeployment): string {
  if (!configuration) return "not resolved";
  const { model_id, num_gpus, hardware_platform, quantization, framework, batch_size, replicas } = configuration;
  const fleet = replicas === null ? "" : `${replicas} ${replicas === 1 ? "replica" : "replicas"} on `;
  return `${codeSpan(model_id)}, ${fleet}${num_gpus} × ${codeSpan(hardware_platform)}, ${quantization}, ${framework}, at most ${batch_size} ${batch_size === 1 ? "sequence" : "sequences"} at once`;
}

function noteLines({ name, not_estimated, basis, assumed, unresolved }: AuditedDeployment): readonly string[] {
  const lines: string[] = [];
  const add = (text: string) => lines.push(`- ${codeSpan(name)}: ${text}`);
  if (not_estimated) add(`not estimated. ${prose(not_estimated.why)} ${prose(not_estimated.how_to_measure)}`);
  if (basis)
    add(`${basis.tier}, ${basis.confidence} confidence; evidence: ${evidenceText(basis.evidence, EVIDENCE_SHOWN)}.`);
  if (assumed.length > 0) add(`assumed: ${assumed.map((each) => `${each.name} = ${prose(each.value)}`).join(", ")}.`);
  for (const { line, text, why } of unresolved) add(`line ${line}: ${codeSpan(text)} was not resolved: ${prose(why)}.`);
  return lines;
}

function coverage({ coverage: looked, warnings }: AuditReport): string {
  const lines = [`- ${prose(coverageText(looked))}.`];
  for (const why of looked.partial) lines.push(`- **Partial:** ${prose(why)}.`);
  for (const { path, why } of looked.files_skipped) lines.push(`- ${codeSpan(path)} was not read: ${prose(why)}.`);
  for (const { message } of warnings) lines.push(`- ${prose(message)}`);
  return lines.join("\n");
}

import type { AuditedDeployment } from "../domain/report.ts";
import type { PullRequestReport } from "../protocols/pull-request-report.ts";
import { count, signed } from "./comment-format.ts";
import type { CommentOptions, Detail } from "./comment-options.ts";
import { place } from "./comment-place.ts";
import { codeSpan, escapeMarkdown } from "./escape.ts";

/** Longest sentence of the engine, with values of the file inside. */
const SENTENCE = 1_000;

/** Why the energy changes, in words: which part of the change each cause makes. */
export function causes(report: PullRequestReport, rows: number): string {
  const lines = report.deployments
    .slice(0, rows)
    .flatMap((deployment) =>
      (deployment.change?.causes ?? []).map(
        ({ cause, energy_kwh, why }) =>
          `- ${codeSpan(deployment.name)}: **${escapeMarkdown(cause)}, ${signed(energy_kwh)} kWh a month**. ${escapeMarkdown(why, SENTENCE)}`,
      ),
    );
  return lines.length === 0 ? "" : ["### Why", lines.join("\n")].join("\n\n");
}

const touched = (report: PullRequestReport): AuditedDeployment[] =>
  report.deployments.filter((each) => each.status !== "unchanged").flatMap((each) => each.after ?? each.before ?? []);

/** What the files do not say and the numbers rest on, with the deployments that it stands for. */
export function assumptions(report: PullRequestReport, options: CommentOptions, detail: Detail): string {
  const usedBy = new Map<string, string[]>();
  for (const deployment of touched(report)) {
    for (const { name, value } of deployment.assumed) {
      const key = `${codeSpan(name)} = ${codeSpan(value)}`;
      usedBy.set(key, [...(usedBy.get(key) ?? []), deployment.name]);
    }
  }
  if (usedBy.size === 0) return "";
  const title = `Assumed, because the files do not say: ${count(usedBy.size, "value")}`;
  if (!detail.assumptions) return `${title}, in ${options.rest_at}.`;
  const lines = [...usedBy].map(([key, names]) => `- ${key} for ${names.map(codeSpan).join(", ")}`);
  return `<details><summary>${title}</summary>\n\n${lines.join("\n")}\n\n</details>`;
}

/** What no number covers, and how to get one. */
export function notEstimated(report: PullRequestReport, options: CommentOptions, detail: Detail): string {
  const missing = touched(report).filter((each) => each.not_estimated !== null);
  if (missing.length === 0) return "";
  const lines = missing.slice(0, detail.rows).map((each) => {
    const why = each.not_estimated?.why ?? "";
    const how = each.not_estimated?.how_to_measure ?? "";
    return `- ${codeSpan(each.name)} at ${place(each.path, each.line, null)}: ${escapeMarkdown(why, SENTENCE)} ${escapeMarkdown(how, SENTENCE)}`.trimEnd();
  });
  const left = missing.length - detail.rows;
  if (left > 0) lines.push(`- and ${count(left, "more")}, in ${options.rest_at}`);
  return ["### Not estimated", lines.join("\n")].join("\n\n");
}

/** What was not looked at: a reader must not take it for clean. */
export function coverage(report: PullRequestReport, detail: Detail): string {
  const { partial, files_skipped: skipped } = report.coverage;
  const lines = partial.map((sentence) => `- **Partial:** ${escapeMarkdown(sentence)}.`);
  const shown = skipped.slice(0, detail.rows);
  lines.push(...shown.map((each) => `- ${codeSpan(each.path)} was not read: ${escapeMarkdown(each.why)}.`));
  if (skipped.length > shown.length) lines.push(`- and ${count(skipped.length - shown.length, "more file")} not read.`);
  return lines.length === 0 ? "" : ["### Not looked at", lines.join("\n")].join("\n\n");
}

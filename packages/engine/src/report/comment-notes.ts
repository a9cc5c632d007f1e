import type { AuditedDeployment } from "../domain/audit-report.ts";
import type { Warning } from "../domain/problem.ts";
import type { PullRequestReport } from "../protocols/pull-request-report.ts";
import { AGED_DATA } from "../protocols/stale-data.ts";
import { count, number, signed } from "./comment-format.ts";
import type { CommentOptions, Detail } from "./comment-options.ts";
import { place } from "./comment-place.ts";
import { coverageText } from "./coverage-text.ts";
import { codeSpan, escapeMarkdown } from "./escape.ts";
import { prose } from "./prose.ts";

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

/** The assumptions that move a month most, first; others keep their order. */
const HEAVIEST = ["requests_per_month", "hardware_platform", "replicas", "generation_length"];
const lightness = ([name]: readonly [string, ...unknown[]]): number =>
  HEAVIEST.includes(name) ? HEAVIEST.indexOf(name) : HEAVIEST.length;

/** What the files do not say and the numbers rest on, with the deployments that it stands for. */
export function assumptions(report: PullRequestReport, options: CommentOptions, detail: Detail): string {
  const usedBy = new Map<string, [name: string, value: string, deployments: string[]]>();
  for (const deployment of touched(report)) {
    for (const { name, value } of deployment.assumed) {
      const key = JSON.stringify([name, value]);
      const entry = usedBy.get(key) ?? [name, value, []];
      entry[2].push(deployment.name);
      usedBy.set(key, entry);
    }
  }
  const [first, ...others] = [...usedBy.values()].sort((a, b) => lightness(a) - lightness(b));
  if (!first) return "";
  const line = ([name, value, names]: readonly [string, string, string[]]) =>
    `${codeSpan(name)} = ${codeSpan(value)} for ${names.map((each) => codeSpan(each)).join(", ")}`;
  const most = `**Assumed**, because the files do not say: ${line(first)}.`;
  if (others.length === 0) return most;
  const more = count(others.length, "more assumption");
  if (!detail.assumptions) return `${most} ${more} in ${options.rest_at}.`;
  return `${most}\n\n${folded(more, others.map(line))}`;
}

const folded = (title: string, lines: readonly string[]): string =>
  `<details><summary>${title}</summary>\n\n${lines.map((line) => `- ${line}`).join("\n")}\n\n</details>`;

const isOverload = ({ code }: Warning): boolean => code === "overloaded";
const isAged = ({ code }: Warning): boolean => code === AGED_DATA;
const say = ({ message }: Warning): string => escapeMarkdown(message, SENTENCE);

/** A fleet that cannot serve its traffic may seem to save energy: told beside the headline. */
export const overloads = (report: PullRequestReport, detail: Detail): string =>
  report.warnings
    .filter(isOverload)
    .slice(0, detail.rows)
    .map((warning) => `⚠️ ${say(warning)}`)
    .join("\n\n");

/** Grids and prices of the data set that have aged, beside the assumptions: a team's own value takes their place. */
export const agedData = (report: PullRequestReport, detail: Detail): string =>
  report.warnings
    .filter(isAged)
    .slice(0, detail.rows)
    .map((warning) => `**Aged data**: ${say(warning)}`)
    .join("\n\n");

/** What else the audit noticed, folded. */
export function notes(report: PullRequestReport, options: CommentOptions, detail: Detail): string {
  const quiet = report.warnings.filter((warning) => !isOverload(warning) && !isAged(warning));
  if (quiet.length === 0) return "";
  const title = count(quiet.length, "note");
  return detail.existing ? folded(title, quiet.map(say)) : `${title} in ${options.rest_at}.`;
}

/** What no number covers, and how to get one. */
export function notEstimated(report: PullRequestReport, options: CommentOptions, detail: Detail): string {
  const missing = touched(report).filter((each) => each.not_estimated !== null);
  if (missing.length === 0) return "";
  const lines = missing.slice(0, detail.rows).map((each) => {
    const why = each.not_estimated?.why ?? "";
    const how = each.not_estimated?.how_to_measure ?? "";
    return `- ${codeSpan(each.name)} at ${place(each.path, each.line, null)}: ${prose(why)} ${prose(how)}`.trimEnd();
  });
  const left = missing.length - detail.rows;
  if (left > 0) lines.push(`- and ${number(left)} more, in ${options.rest_at}`);
  return ["### Not estimated", lines.join("\n")].join("\n\n");
}

/** What was looked at, in a line. */
export const coverageLine = (report: PullRequestReport): string =>
  `**Coverage**: ${escapeMarkdown(coverageText(report.coverage), SENTENCE)}.`;

/** What was not looked at: a reader must not take it for clean. */
export function coverage(report: PullRequestReport, detail: Detail): string {
  const { partial, files_skipped: skipped } = report.coverage;
  const lines = partial.map((sentence) => `- **Partial:** ${escapeMarkdown(sentence)}.`);
  const shown = skipped.slice(0, detail.rows);
  lines.push(...shown.map((each) => `- ${codeSpan(each.path)} was not read: ${escapeMarkdown(each.why)}.`));
  if (skipped.length > shown.length) lines.push(`- and ${count(skipped.length - shown.length, "more file")} not read.`);
  return lines.length === 0 ? "" : ["### Not looked at", lines.join("\n")].join("\n\n");
}

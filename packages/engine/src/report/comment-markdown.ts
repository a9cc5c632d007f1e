import { utf8Length } from "../domain/utf8.ts";
import type { Violation } from "../protocols/pull-request-policy.ts";
import type { PullRequestReport } from "../protocols/pull-request-report.ts";
import { findingSections } from "./comment-findings.ts";
import { headline } from "./comment-headline.ts";
import {
  agedData,
  assumptions,
  causes,
  coverage,
  coverageLine,
  notEstimated,
  notes,
  overloads,
} from "./comment-notes.ts";
import { type CommentOptions, DETAILS, type Detail } from "./comment-options.ts";
import { changeTable } from "./comment-table.ts";
import { codeSpan, escapeMarkdown } from "./escape.ts";

const SHORT_SHA = 7;

/** The comment of a pull request as GitHub Markdown. Details are left out in order until it fits `max_bytes`. */
export function renderComment(report: PullRequestReport, options: CommentOptions): string {
  for (const detail of DETAILS) {
    const text = compose(report, options, detail);
    if (utf8Length(text) <= options.max_bytes) return text;
  }
  // Names may be long beyond all bounds; the totals are never dropped.
  return [headline(report), policyLines(options), `Everything else is in ${options.rest_at}.`, footer(report, options)]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** What an earlier comment says once the pull request changes nothing any more. */
export const renderNothing = (report: PullRequestReport, options: CommentOptions): string =>
  ["**This pull request no longer changes LLM serving energy.**", footer(report, options)].join("\n\n");

function compose(report: PullRequestReport, options: CommentOptions, detail: Detail): string {
  return [
    headline(report),
    policyLines(options),
    overloads(report, detail),
    changeTable(report, options, detail.rows),
    causes(report, detail.rows),
    ...findingSections(report, options, detail),
    notEstimated(report, options, detail),
    coverage(report, detail),
    notes(report, options, detail),
    assumptions(report, options, detail),
    agedData(report, detail),
    coverageLine(report),
    footer(report, options),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Longest notice: the host's sentence, with values of a file inside. */
const NOTICE = 1_000;

function policyLines({ violations, met_again = [], notices = [] }: CommentOptions): string {
  const of = ({ policy, deployment }: Violation) =>
    `**${policy}**${deployment === null ? "" : ` of ${codeSpan(deployment)}`}`;
  return [
    ...violations.map(
      (each) => `❌ ${of(each)}: allowed ${escapeMarkdown(each.limit)}, found ${escapeMarkdown(each.received)}.`,
    ),
    ...met_again.map(
      (each) => `✅ ${of(each)}: back within ${escapeMarkdown(each.limit)}, now ${escapeMarkdown(each.received)}.`,
    ),
    ...notices.map((notice) => `⚠️ ${escapeMarkdown(notice, NOTICE)}`),
  ].join("\n\n");
}

function footer(report: PullRequestReport, options: CommentOptions): string {
  const short = (sha: string) => sha.slice(0, SHORT_SHA);
  const method = options.method_url ? `[how the numbers are made](${options.method_url})` : "";
  const parts = [
    options.merge_base_sha === null
      ? `commit ${short(options.head_sha)}, the first`
      : `commit ${short(options.head_sha)} against merge base ${short(options.merge_base_sha)}`,
    `ranges are 90 % intervals`,
    `dataset ${codeSpan(report.dataset_version)}`,
    method,
  ];
  return `<sub>EcoCompute · ${parts.filter((part) => part !== "").join(" · ")}</sub>`;
}

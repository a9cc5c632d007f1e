import type { Report } from "../../domain/report.ts";
import type { Violation } from "../../protocols/pull-request-policy.ts";
import type { PullRequestReport } from "../../protocols/pull-request-report.ts";
import { renderComment } from "../comment-markdown.ts";
import type { CommentOptions } from "../comment-options.ts";
import { renderMarkdown } from "../index.ts";
import { auditText } from "./audit-text.ts";
import { markdownText } from "./markdown-text.ts";
import type { Line } from "./styled.ts";
import { violationLines } from "./violation-lines.ts";

/** A report as lines of at most `width` characters where its words allow. `plainText` and `ansiText` make text of them. */
export const renderText = (report: Report, width: number, violations: readonly Violation[] = []): readonly Line[] =>
  report.protocol === "audit" ? auditText(report, violations, width) : markdownText(renderMarkdown(report), width);

/** The comment of a pull request for a terminal, its verdict once more at the end. */
export const renderCommentText = (
  report: PullRequestReport,
  options: CommentOptions,
  width: number,
): readonly Line[] => [
  ...markdownText(renderComment(report, options), width),
  ...(options.violations.length > 0 ? [[], ...violationLines(options.violations, width)] : []),
];

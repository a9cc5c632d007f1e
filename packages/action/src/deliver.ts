import type { Judgement, PullRequestReport, Violation } from "@ecocompute/engine";
import type { ChangedFiles } from "./changed-files.ts";
import { type CommentResult, putComment } from "./comment.ts";
import type { DecidingConfig } from "./config.ts";
import { count } from "./count.ts";
import { commentCode, type Degraded, degraded, degradedIf, isNotJudged, isQuiet, suggestionsCode } from "./degraded.ts";
import type { ChangeEvent } from "./event.ts";
import { type ExitCode, VERDICT_OF } from "./exit-code.ts";
import type { Octokit } from "./github.ts";
import type { Environment, Inputs } from "./inputs.ts";
import { log } from "./log.ts";
import { commentOutputs, reportOutputs } from "./outputs.ts";
import { writeAnnotations, writeFiles, writeOutputs, writeSummary } from "./publish.ts";
import { sarifOf, writeSarifFile } from "./sarif.ts";
import type { Hunk } from "./source.ts";
import { postSuggestions } from "./suggest.ts";
import { suggestionsOf } from "./suggestions.ts";
import { renderTexts, type Texts } from "./texts.ts";

export interface Audited {
  readonly report: PullRequestReport;
  readonly judgement: Judgement;
  readonly changed: ChangedFiles;
  readonly deciding: DecidingConfig;
  /** By where it was read from. */
  readonly degraded: readonly Degraded[];
  /** What a reader must know of where the figures come from; no reason to comment by itself. */
  readonly caveat?: string;
}

export const noticesOf = ({ deciding, caveat }: Audited): readonly string[] =>
  caveat === undefined ? deciding.notices : [caveat, ...deciding.notices];

/** Writes the report everywhere it is wanted. What is refused is told, and the rest goes on. */
export async function deliver(
  env: Environment,
  inputs: Inputs,
  event: ChangeEvent,
  connected: () => Promise<Octokit>,
  audited: Audited,
): Promise<ExitCode> {
  const { report, judgement, changed, deciding } = audited;
  const { violations } = judgement;
  const exitCode: ExitCode = violations.length > 0 ? 1 : deciding.broken.length > 0 ? 2 : 0;
  const texts = renderTexts(audited, event, inputs, env);
  const facts = {
    verdict: VERDICT_OF[exitCode],
    ...(event.number === null ? {} : { pull_request: event.number }),
    head_sha: event.head_sha,
    merge_base_sha: changed.merge_base_sha,
    ...report,
    ...judgement,
    notices: noticesOf(audited),
  };
  const before: readonly Degraded[] = [
    ...audited.degraded,
    ...report.coverage.partial.map((message) => degraded("partial", message)),
    ...degradedIf(report.coverage.files_skipped.some(isNotJudged), "deployments-not-judged"),
    ...degradedIf(deciding.unreadable, "configuration-unreadable"),
    ...texts.shortened,
    ...(await writeSummary(env, texts.summary)),
  ];
  const jsonOf = (states: readonly Degraded[]) => JSON.stringify({ ...facts, degraded: states }, null, 2);
  const sarif = sarifOf(env, inputs, {
    findings: [...report.findings.introduced, ...report.findings.existing],
    suppressed: report.suppressed,
    files: [...changed.head, ...changed.beside.head],
    notes: report.coverage.partial,
  });
  const writeReports = (states: readonly Degraded[]) =>
    writeFiles(env, inputs.commentKey, {
      "report-json": ["json", jsonOf(states)],
      "report-markdown": ["md", texts.summary],
      sarif: ["sarif", sarif],
    });
  writeOutputs(await writeReports(before));
  const copy = inputs.sarifFile === null ? null : await writeSarifFile(env, inputs.sarifFile, sarif);
  if (copy !== null) writeOutputs({ sarif: copy });
  const annotated = inputs.annotations ? writeAnnotations(report.findings.introduced) : [];
  const comment = await writeComment(event, inputs, texts, connected);
  const after: readonly Degraded[] = [
    ...degradedIf(inputs.sarifFile !== null && copy === null, "sarif-file-not-written"),
    ...annotated,
    ...degradedBy(comment),
    ...(await writeSuggestions(audited, event, inputs, comment, connected)),
  ];
  // Once more, now that it is known what reached its reader.
  if (after.length > 0) await writeReports([...before, ...after]);
  writeOutputs({ verdict: VERDICT_OF[exitCode], ...reportOutputs(report), ...commentOutputs(comment) });
  tell(report, comment, violations);
  return exitCode;
}

async function writeComment(
  event: ChangeEvent,
  inputs: Inputs,
  texts: Texts,
  connected: () => Promise<Octokit>,
): Promise<CommentResult> {
  const { number } = event;
  if (inputs.comment === "never") return { kind: "skipped", reason: "disabled", message: "comment: never" };
  if (number === null) {
    return { kind: "skipped", reason: "no-pull-request", message: `a ${event.event} event has no pull request` };
  }
  return putComment(await connected(), inputs.token, { ...event, number }, texts.note);
}

/** Beside the comment, so only where there is one. */
async function writeSuggestions(
  { report, changed }: Audited,
  event: ChangeEvent,
  inputs: Inputs,
  comment: CommentResult,
  connected: () => Promise<Octokit>,
): Promise<readonly Degraded[]> {
  const { number } = event;
  if (!inputs.suggestions || number === null || comment.kind === "skipped") return [];
  const { introduced } = report.findings;
  const paths = [...new Set(introduced.flatMap(({ fix }) => fix.edit?.path ?? []))];
  const hunks = new Map<string, readonly Hunk[]>();
  for (const path of paths) hunks.set(path, await changed.hunks(path));
  // A suggestion ends its lines with a line feed: in a file that ends them otherwise it would change more than it shows.
  const isEditable = (path: string) => !changed.head.find((file) => file.path === path)?.content.includes("\r\n");
  const suggestions = suggestionsOf(introduced, inputs.commentKey, (path) => hunks.get(path) ?? [], isEditable);
  const { posted, refused, why } = await postSuggestions(
    await connected(),
    inputs.token,
    { ...event, number },
    suggestions,
  );
  if (posted > 0) log.info(`Suggested changes posted: ${posted}.`);
  if (why === null) return [];
  const message = `${refused} suggested changes were not taken by GitHub (${why}); the fixes stand in the comment.`;
  log.info(message);
  return [degraded(suggestionsCode(why), message)];
}

const degradedBy = (comment: CommentResult): readonly Degraded[] =>
  comment.kind === "skipped" && !isQuiet(comment.reason)
    ? [degraded(commentCode(comment.reason), comment.message)]
    : [];

/** One line for the log; a comment that was refused is a notice, because the report is elsewhere. */
function tell(report: PullRequestReport, comment: CommentResult, violations: readonly Violation[]): void {
  const { introduced, fixed } = report.findings;
  log.info(
    `EcoCompute: ${count(report.deployments.length, "deployment")} in the changed files; ${count(introduced.length, "finding")} brought in, ${fixed.length} removed.`,
  );
  if (comment.kind !== "skipped") log.info(`Comment ${comment.kind}: ${comment.url}`);
  else if (isQuiet(comment.reason)) log.info(`No comment: ${comment.message}`);
  else log.notice(`No comment: ${comment.message} The whole report is in the job summary.`);
  for (const { policy, deployment, limit, received } of violations) {
    const of = deployment === null ? "" : ` of ${JSON.stringify(deployment)}`;
    log.error(`${policy}${of}: allowed ${limit}, found ${received}. ${WHAT_TO_DO[policy]}`);
  }
}

const RAISE = "Change less, or raise the limit where it is set: the input of the workflow or .ecocompute.yml.";
const WHAT_TO_DO: Readonly<Record<Violation["policy"], string>> = {
  "fail-on":
    "Mend the findings as the comment and the job summary say, or silence one with its reason under suppressions in .ecocompute.yml.",
  "max-increase-percent": RAISE,
  "max-monthly-kwh": RAISE,
  "max-monthly-usd": RAISE,
};

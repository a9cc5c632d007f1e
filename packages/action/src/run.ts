import { readFile } from "node:fs/promises";
import * as core from "@actions/core";
import { catalogueData } from "@ecocompute/data";
import {
  auditPullRequest,
  escapeMarkdown,
  indexCatalogue,
  isSelected,
  judge,
  type PullRequestReport,
  whyNotAuditable,
} from "@ecocompute/engine";
import { type ChangedFiles, NoSharedHistory, readChangedFiles } from "./changed-files.ts";
import { type CommentResult, putComment } from "./comment.ts";
import { type PullRequestEvent, parseEvent } from "./event.ts";
import { type ExitCode, VERDICT_OF } from "./exit-code.ts";
import { connect, messageOf, type Octokit, type Refusal, refusalOf, statusOf } from "./github.ts";
import { type Environment, type Inputs, parseInputs } from "./inputs.ts";
import { commentOutputs, type Outputs, reportOutputs } from "./outputs.ts";
import { writeAnnotations, writeOutputs, writeReports, writeSummary } from "./publish.ts";
import { loadPythonParser } from "./python-parser.ts";
import { renderTexts } from "./texts.ts";

/** Everything is read, one pure call judges, everything is written. */
export async function run(env: Environment): Promise<ExitCode> {
  const parsed = parseInputs(env);
  if (!parsed.ok) return failed(env, 2, parsed.errors);
  for (const warning of parsed.warnings) core.warning(warning);
  const { inputs } = parsed;

  const event = await readEvent(env);
  if (event.kind === "malformed") return failed(env, 2, [event.message]);
  if (event.kind === "other") return otherEvent(env, event.name, inputs);

  const octokit = await connect(inputs.token);
  const changed = await readSides(octokit, event.event, inputs);
  if ("error" in changed) return failed(env, 3, [changed.error]);

  const python = await loadPythonParser();
  const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
  const report = auditPullRequest(changed, {}, { catalogue: indexCatalogue(catalogueData), python, today });
  const violations = judge(report, {
    fail_on: inputs.failOn,
    max_increase_percent: inputs.maxIncreasePercent,
    max_monthly_kwh: inputs.maxMonthlyKwh,
    max_monthly_usd: inputs.maxMonthlyUsd,
  });
  const exitCode: ExitCode = violations.length > 0 ? 1 : 0;
  const texts = renderTexts(report, violations, changed.merge_base_sha, event.event, inputs, env);

  await writeSummary(env, texts.summary);
  writeOutputs(
    await writeReports(env, inputs.commentKey, JSON.stringify({ ...report, violations }, null, 2), texts.summary),
  );
  if (inputs.annotations) writeAnnotations(report.findings.introduced);
  const comment = await writeComment(octokit, event.event, inputs, texts);
  writeOutputs({ verdict: VERDICT_OF[exitCode], ...reportOutputs(report), ...commentOutputs(comment) });
  tell(report, comment, violations.length);
  return exitCode;
}

async function readEvent(env: Environment) {
  const path = env.GITHUB_EVENT_PATH;
  const name = env.GITHUB_EVENT_NAME ?? "";
  if (!path)
    return { kind: "malformed" as const, message: "GITHUB_EVENT_PATH is not set: run this as a GitHub Action." };
  try {
    return parseEvent(name, await readFile(path, "utf8"), env.GITHUB_REPOSITORY);
  } catch (cause) {
    return { kind: "malformed" as const, message: `the event payload could not be read: ${messageOf(cause)}` };
  }
}

const PERMISSIONS_HINT = ' Give the job "permissions: contents: read, pull-requests: write".';
const HINTS: Readonly<Partial<Record<Refusal, string>>> = {
  "bad-credentials": " Check the input github-token.",
  forbidden: PERMISSIONS_HINT,
  "not-found": PERMISSIONS_HINT,
  "rate-limit": " The token has used up its requests: run the job again later.",
};

async function readSides(
  octokit: Octokit,
  event: PullRequestEvent,
  inputs: Inputs,
): Promise<ChangedFiles | { readonly error: string }> {
  try {
    return await readChangedFiles(
      octokit,
      event,
      (path) => whyNotAuditable(path) ?? (isSelected(path, inputs.paths) ? null : "left out by the input paths"),
    );
  } catch (cause) {
    if (cause instanceof NoSharedHistory) return { error: cause.message };
    const refusal = refusalOf(cause);
    if (refusal === null) throw cause;
    const status = statusOf(cause);
    const answer = status === null ? "did not answer" : `answered ${status}`;
    return {
      error: `The changes could not be read: GitHub ${answer} (${messageOf(cause)}).${HINTS[refusal] ?? ""}`,
    };
  }
}

async function writeComment(
  octokit: Octokit,
  event: PullRequestEvent,
  inputs: Inputs,
  texts: { readonly comment: string | null; readonly nothing: string },
): Promise<CommentResult> {
  if (inputs.comment === "never") return { kind: "skipped", reason: "disabled", message: "comment: never" };
  return putComment(octokit, event, inputs.commentKey, texts.comment, texts.nothing);
}

/** One line for the log; a comment that was refused is a notice, because the report is elsewhere. */
function tell(report: PullRequestReport, comment: CommentResult, violations: number): void {
  const { introduced, fixed } = report.findings;
  core.info(
    `EcoCompute: ${report.deployments.length} deployments in the changed files; ${introduced.length} findings brought in, ${fixed.length} removed.`,
  );
  if (comment.kind !== "skipped") core.info(`Comment ${comment.kind}: ${comment.url}`);
  else if (comment.reason === "disabled" || comment.reason === "no-change")
    core.info(`No comment: ${comment.message}.`);
  else core.notice(`No comment: ${comment.message} The whole report is in the job summary.`);
  if (violations > 0)
    core.error(`The pull request violates ${violations} of the policies set for it: see the job summary.`);
}

/** `audit` asks for a pull request; `auto` leaves other events alone. */
async function otherEvent(env: Environment, name: string, inputs: Inputs): Promise<ExitCode> {
  if (inputs.mode === "audit") {
    return failed(env, 2, [`mode audit works on pull_request events; this run is a "${name}" event.`]);
  }
  core.notice(`EcoCompute audits pull requests; this run is a "${name}" event, so nothing was analysed.`);
  const outputs: Outputs = { verdict: VERDICT_OF[0], findings: "0", "critical-count": "0", "warning-count": "0" };
  writeOutputs(outputs);
  return 0;
}

async function failed(env: Environment, exitCode: 2 | 3, messages: readonly string[]): Promise<ExitCode> {
  for (const message of messages) core.error(message);
  const lines = messages.map((message) => `- ${escapeMarkdown(message)}`).join("\n");
  await writeSummary(env, `**EcoCompute did not analyse this pull request.**\n\n${lines}`);
  writeOutputs({ verdict: VERDICT_OF[exitCode] });
  return exitCode;
}

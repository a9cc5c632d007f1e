import { catalogueData } from "@ecocompute/data";
import {
  auditRepository,
  indexCatalogue,
  type RepositoryOptions,
  type RepositoryReport,
  readState,
  renderRepository,
  renderRepositoryCsv,
  reportRepository,
  type StateRead,
} from "@ecocompute/engine";
import { today } from "./audit-run.ts";
import { ConfigUnusable, readConfigAt } from "./config.ts";
import { count } from "./count.ts";
import { type Degraded, degraded, degradedIf, isNotJudged, issueCode } from "./degraded.ts";
import type { RepositoryEvent } from "./event.ts";
import { type ExitCode, VERDICT_OF } from "./exit-code.ts";
import { couldNotRead, PERMISSIONS } from "./failure.ts";
import type { Octokit } from "./github.ts";
import type { Environment, Inputs } from "./inputs.ts";
import { type IssueResult, issueMarker, issueRefused, issueStore, type StoredIssue, writeIssue } from "./issue.ts";
import { fileUrl, methodUrl } from "./links.ts";
import { log } from "./log.ts";
import { withOwnMeasurements } from "./measurements.ts";
import { repositoryOutputs } from "./outputs.ts";
import { failed, writeFiles, writeOutputs, writeSummary } from "./publish.ts";
import { loadPythonParser } from "./python-parser.ts";
import { openTree, readRepository } from "./repository-files.ts";
import { sarifOf, writeSarifFile } from "./sarif.ts";

/** GitHub refuses 65,536 characters; the rest is room for what it may add. */
const ISSUE_BYTES = 60_000;
const SUMMARY_BYTES = 1_000 * 1_024;

/** The issue as it was found, and what to do where it cannot be had. */
interface Found {
  readonly issue: StoredIssue | null;
  readonly previous: StateRead;
  readonly refused: (IssueResult & { readonly kind: "skipped" }) | null;
}
const NONE: Found = { issue: null, previous: { kind: "absent" }, refused: null };

/** Reports on a whole repository: reads it and the issue of the report before, writes files, summary and issue. */
export async function reportOnRepository(
  env: Environment,
  inputs: Inputs,
  event: RepositoryEvent,
  connected: () => Promise<Octokit>,
): Promise<ExitCode> {
  const catalogue = indexCatalogue(catalogueData);
  let read: Awaited<ReturnType<typeof readAll>>;
  try {
    read = await readAll();
  } catch (cause) {
    if (cause instanceof ConfigUnusable) return failed(env, 2, cause.problems);
    return failed(env, 3, [couldNotRead("The repository", cause, PERMISSIONS.report)]);
  }
  const { config, files, own } = read;
  for (const { message } of own.warnings) log.info(message);
  const found = inputs.comment === "never" ? NONE : await findIssue(inputs, event, connected);
  const day = today();
  const context = { catalogue: own.catalogue, python: await loadPythonParser(), today: day };
  const audit = auditRepository(
    files,
    { ...config.options, suppressions: config.suppressions, config_path: inputs.config },
    context,
  );
  const budgets = {
    monthly_kwh: inputs.maxMonthlyKwh ?? config.budgets.report_monthly_kwh,
    monthly_usd: inputs.maxMonthlyUsd ?? config.budgets.report_monthly_usd,
  };
  const report = reportRepository({ audit, previous: found.previous, day, budgets }, catalogue);

  const options: RepositoryOptions = {
    sha: event.head_sha,
    file_url: fileUrl(env, event, event.head_sha),
    method_url: methodUrl(env),
    max_bytes: SUMMARY_BYTES,
    rest_at: "the JSON file",
    with_state: false,
  };
  const summary = renderRepository(report, options);
  const whole = renderRepository(report, { ...options, max_bytes: Number.POSITIVE_INFINITY });
  const before: readonly Degraded[] = [
    ...read.degraded,
    ...audit.coverage.partial.map((message) => degraded("partial", message)),
    ...degradedIf(audit.coverage.files_skipped.some(isNotJudged), "deployments-not-judged"),
    ...degradedIf(Buffer.byteLength(whole) > SUMMARY_BYTES, "summary-shortened"),
    ...(await writeSummary(env, summary)),
  ];
  const { state, ...facts } = report;
  const sarif = sarifOf(env, inputs, { ...audit, files: files.files, notes: audit.coverage.partial });
  const writeReports = (states: readonly Degraded[]) =>
    writeFiles(env, inputs.commentKey, {
      "report-json": ["json", JSON.stringify({ head_sha: event.head_sha, ...facts, degraded: states }, null, 2)],
      "report-markdown": ["md", summary],
      "report-csv": ["csv", renderRepositoryCsv(report)],
      sarif: ["sarif", sarif],
    });
  writeOutputs(await writeReports(before));
  const copy = inputs.sarifFile === null ? null : await writeSarifFile(env, inputs.sarifFile, sarif);
  if (copy !== null) writeOutputs({ sarif: copy });
  const issue = await putIssue(inputs, event, connected, found, report, options);
  const after: readonly Degraded[] = [
    ...degradedIf(inputs.sarifFile !== null && copy === null, "sarif-file-not-written"),
    ...(issue.kind === "skipped" && issue.reason !== "disabled"
      ? [degraded(issueCode(issue.reason), issue.message)]
      : []),
  ];
  if (after.length > 0) await writeReports([...before, ...after]);
  writeOutputs({
    verdict: VERDICT_OF[0],
    ...repositoryOutputs(report),
    "issue-url": issue.kind === "skipped" ? "" : issue.url,
  });
  tell(report, issue);
  return 0;

  async function readAll() {
    const tree = await openTree(env, event, connected);
    const readAt = async (path: string) => (tree.paths.includes(path) ? ((await tree.read([path]))[0] ?? null) : null);
    const config = await readConfigAt({ readAt }, event.head_sha, inputs.config, catalogue);
    const own = await withOwnMeasurements({ readAt }, event.head_sha, config.measurements, catalogue);
    return { config, own, files: await readRepository(tree, inputs), degraded: tree.degraded };
  }
}

async function findIssue(inputs: Inputs, event: RepositoryEvent, connected: () => Promise<Octokit>): Promise<Found> {
  try {
    const store = issueStore(await connected(), inputs.token, event, inputs.commentKey);
    const [issue = null] = await store.list();
    return { issue, previous: issue ? readState(issue.body) : { kind: "absent" }, refused: null };
  } catch (cause) {
    return { ...NONE, refused: issueRefused(cause) };
  }
}

/** Closed where every set budget is met, open where one is not; without a budget as people leave it. */
async function putIssue(
  inputs: Inputs,
  event: RepositoryEvent,
  connected: () => Promise<Octokit>,
  { issue, refused }: Found,
  report: RepositoryReport,
  options: RepositoryOptions,
): Promise<IssueResult> {
  if (inputs.comment === "never") return { kind: "skipped", reason: "disabled", message: "comment: never." };
  if (refused) return refused;
  const marker = issueMarker(inputs.commentKey);
  const text = renderRepository(report, {
    ...options,
    max_bytes: ISSUE_BYTES - marker.length,
    rest_at: "the job summary",
    with_state: true,
  });
  const { budgets } = report;
  const state = budgets.length === 0 ? null : budgets.every(({ met }) => met) ? "closed" : "open";
  try {
    const store = issueStore(await connected(), inputs.token, event, inputs.commentKey);
    return await writeIssue(store, issue, { title: inputs.reportIssue, body: `${marker}\n${text}`, state });
  } catch (cause) {
    return issueRefused(cause);
  }
}

function tell(report: RepositoryReport, issue: IssueResult): void {
  log.info(
    `EcoCompute: ${count(report.deployments.length, "deployment")}, ${count(report.audit.findings.length, "finding")}.`,
  );
  for (const { name, limit, received, met } of report.budgets) {
    if (!met) log.warning(`Over the budget of ${limit} ${name} a month: ${received.toFixed(0)} ${name}.`);
  }
  if (issue.kind !== "skipped") log.info(`Issue ${issue.kind}: ${issue.url}`);
  else if (issue.reason === "disabled") log.info("No issue: comment: never.");
  else log.notice(`No issue: ${issue.message} The whole report is in the job summary.`);
}

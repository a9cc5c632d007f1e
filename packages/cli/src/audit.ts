import {
  type AuditOptions,
  AuditOptionsSchema,
  auditPullRequest,
  auditRepository,
  type Catalogue,
  type CommentOptions,
  fieldTypes,
  type Judgement,
  judge,
  judgeRepository,
  type Policy,
  type ProjectConfig,
  type ProtocolContext,
  parseAuditOptions,
  renderComment,
  renderCommentText,
  renderMarkdown,
  renderText,
  toInput,
} from "@ecocompute/engine";
import { CONFIG_FILE, type Command, FAIL_ON } from "./commands.ts";
import { measurementsOf, mergeOptions, readConfig } from "./config.ts";
import { type ExitCode, Refused } from "./exit-code.ts";
import { type FlagValues, numberOf, textOf } from "./flags.ts";
import { findRange, type Range, readRange } from "./git-range.ts";
import { withOwnRows } from "./measurements.ts";
import { problemText } from "./problem-text.ts";
import { progressOn } from "./progress.ts";
import { loadPythonParser } from "./python-parser.ts";
import { findRoot, type Root } from "./root.ts";
import { show } from "./show.ts";
import { type Terminal, widthOf } from "./terminal.ts";
import { readWorkingTree, type Selection } from "./working-tree.ts";

const DEFAULT_MAX_FILE_BYTES = 1_048_576;

/** `ecocompute audit`: all input first, one pure call, all output last. */
export async function audit(
  { flags }: Command,
  values: FlagValues,
  positionals: readonly string[],
  terminal: Terminal,
  catalogue: Catalogue,
): Promise<ExitCode> {
  if (positionals.length > 1) throw new Refused(2, `expected one path; received ${positionals.length}`);
  const root = await findRoot(positionals[0] ?? ".", terminal.cwd);
  const base = textOf(values, "base");
  const range = base === undefined ? null : await findRange(root, base);
  const place = { asked: textOf(values, "config"), cwd: terminal.cwd, root, at_commit: range?.merge_base_sha ?? null };
  const config = await readConfig(place, catalogue);
  const own = flagOptions(flags, values, catalogue);
  const options: AuditOptions = {
    ...mergeOptions(config, own),
    suppressions: config?.suppressions,
    config_path: place.asked ?? CONFIG_FILE,
    max_file_bytes: maxBytes(values),
  };
  const evidence = withOwnRows(await measurementsOf(config, place, values), catalogue, terminal);
  const selection = { globs: values.get("paths") ?? ["**"], maxBytes: maxBytes(values) };
  const context = { catalogue: evidence, python: await loadPythonParser(), today: terminal.today };
  const asked = { root, selection, options, policy: policyOf(values, config), context, values, terminal };
  return range === null ? auditTree(asked) : auditRange(asked, range);
}

interface Asked {
  readonly root: Root;
  readonly selection: Selection;
  readonly options: AuditOptions;
  readonly policy: Policy;
  readonly context: ProtocolContext;
  readonly values: FlagValues;
  readonly terminal: Terminal;
}

async function auditTree({ root, selection, options, policy, context, values, terminal }: Asked): Promise<ExitCode> {
  const progress = progressOn(terminal);
  const input = await readWorkingTree(root, selection, progress);
  progress.tell(`auditing ${input.files.length} files`);
  const report = auditRepository(input, options, context);
  progress.end();
  const violations = judgeRepository(report, policy);
  show(terminal, values, {
    json: () => ({ ...report, violations }),
    markdown: () => renderMarkdown(report),
    text: () => renderText(report, widthOf(terminal), violations),
    sarif: () => ({ ...report, files: [...input.files, ...(input.beside ?? [])], notes: report.coverage.partial }),
  });
  return violations.length > 0 ? 1 : 0;
}

async function auditRange(asked: Asked, range: Range): Promise<ExitCode> {
  const { root, selection, options, policy, context, values, terminal } = asked;
  const progress = progressOn(terminal);
  const input = await readRange(root, range, selection, progress);
  progress.tell(`auditing ${input.head.length} files`);
  const report = auditPullRequest(input, options, context);
  progress.end();
  const judgement = judge(report, policy);
  const comment = commentOptions(judgement, range);
  show(terminal, values, {
    json: () => ({ ...report, ...judgement }),
    markdown: () => renderComment(report, comment),
    text: () => renderCommentText(report, comment, widthOf(terminal)),
    sarif: () => ({
      findings: [...report.findings.introduced, ...report.findings.existing],
      suppressed: report.suppressed,
      files: [...input.head, ...(input.beside?.head ?? [])],
      notes: report.coverage.partial,
    }),
  });
  return judgement.violations.length > 0 ? 1 : 0;
}

/** What the Action would write, whole, without links. */
const commentOptions = (judgement: Judgement, { head_sha, merge_base_sha, is_dirty }: Range): CommentOptions => ({
  ...judgement,
  head_sha,
  merge_base_sha,
  notices: is_dirty ? ["What is not committed yet is included."] : [],
  file_url: null,
  method_url: null,
  max_bytes: Number.POSITIVE_INFINITY,
  rest_at: "the JSON report",
});

function flagOptions(flags: Command["flags"], values: FlagValues, catalogue: Catalogue): AuditOptions {
  const given = new Map<string, string>();
  for (const { name, parameter } of flags) {
    const value = textOf(values, name);
    if (parameter !== undefined && value !== undefined) given.set(parameter, value);
  }
  const parsed = parseAuditOptions(toInput(given, fieldTypes(AuditOptionsSchema)), catalogue);
  if (parsed.ok) return parsed.value;
  throw new Refused(2, problemText(parsed.problem));
}

const maxBytes = (values: FlagValues): number => numberOf(values, "max-file-bytes") ?? DEFAULT_MAX_FILE_BYTES;

/** A flag wins over the configuration. */
function policyOf(values: FlagValues, config: ProjectConfig | null): Policy {
  const failOn = textOf(values, "fail-on");
  return {
    fail_on: FAIL_ON.find((each) => each === failOn) ?? "critical",
    max_increase_percent: numberOf(values, "max-increase-percent") ?? config?.budgets.max_increase_percent ?? null,
    max_monthly_kwh: numberOf(values, "max-monthly-kwh") ?? config?.budgets.max_monthly_kwh ?? null,
    max_monthly_usd: numberOf(values, "max-monthly-usd") ?? config?.budgets.max_monthly_usd ?? null,
  };
}

import type { Deployment, FileText, ReadResult } from "../domain/deployment.ts";
import type { Edit } from "../domain/finding.ts";
import { reuseYaml, withFile } from "../readers/file-set.ts";
import { readFile } from "../readers/index.ts";
import type { ReaderContext } from "../readers/reader.ts";
import type { Rule, RuleFinding, RuleSubject } from "../rules/rule.ts";

export function applyEdit(file: FileText, edit: Edit): FileText {
  const lines = file.content.split("\n");
  const ending = lines[edit.end_line - 1]?.endsWith("\r") ? "\r" : "";
  lines.splice(edit.line - 1, edit.end_line - edit.line + 1, edit.replacement + ending);
  return { ...file, content: lines.join("\n") };
}

/** Each check reads the file once more: a file of many findings gets edits for its first few, the rest go without. */
const MAX_EDITS_PER_FILE = 5;
/** Code that people write is far shorter; reading a file of a megabyte takes seconds. */
const MAX_EDITED_CHARS = 131_072;

/** One file as it was read, and how many of its edits may still be checked. */
export interface EditChecks {
  readonly file: FileText;
  readonly before: ReadResult;
  readonly context: ReaderContext;
  left: number;
}

export const editChecks = (file: FileText, before: ReadResult, context: ReaderContext): EditChecks => ({
  file,
  before,
  context,
  left: file.content.length > MAX_EDITED_CHARS ? 0 : MAX_EDITS_PER_FILE,
});

/** The subject of a deployment as the edited file states it. */
export type JudgeAgain = (edited: Deployment) => RuleSubject;

/**
 * Reads the edited file again: the deployment must still be there, the file read as well as before, the finding gone, and
 * the estimate lower where the finding promised a saving, never higher.
 */
export function isVerified(
  edit: Edit,
  rule: Rule,
  found: RuleFinding,
  subject: RuleSubject,
  checks: EditChecks,
  judgeAgain: JudgeAgain,
): boolean {
  if (checks.left <= 0) return false;
  checks.left -= 1;
  const file = applyEdit(checks.file, edit);
  reuseYaml(checks.file, file);
  const { files } = checks.context;
  const outcome = readFile(file, files ? { ...checks.context, files: withFile(files, file) } : checks.context);
  if (outcome.kind !== "read") return false;
  const edited = outcome.result.deployments.find((deployment) => deployment.id === subject.deployment.id);
  if (!edited || outcome.result.unresolved.length > checks.before.unresolved.length) return false;
  const again = judgeAgain(edited);
  return rule.check(again).length < rule.check(subject).length && isLower(found, subject, again);
}

/** Below this share a saving is rounding: a bound that this traffic does not feel. */
const FELT_PERCENT = 0.5;
const ROUNDING = 1e-9;

function isLower(
  { impact_percent }: RuleFinding,
  { fleet: before }: RuleSubject,
  { fleet: after }: RuleSubject,
): boolean {
  if (before?.kind !== "estimated") return true;
  if (after?.kind !== "estimated") return false;
  const [from, to] = [before.monthly.energy_kwh.value, after.monthly.energy_kwh.value];
  const promised = (impact_percent?.high ?? 0) > FELT_PERCENT;
  return promised ? to < from : to <= from * (1 + ROUNDING);
}

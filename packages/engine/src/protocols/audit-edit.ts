import type { FileText, ReadResult } from "../domain/deployment.ts";
import type { Edit } from "../domain/finding.ts";
import { withFile } from "../readers/file-set.ts";
import { readFile } from "../readers/index.ts";
import type { ReaderContext } from "../readers/reader.ts";
import type { Rule, RuleSubject } from "../rules/rule.ts";

export function applyEdit(file: FileText, edit: Edit): FileText {
  const lines = file.content.split("\n");
  const ending = lines[edit.end_line - 1]?.endsWith("\r") ? "\r" : "";
  lines.splice(edit.line - 1, edit.end_line - edit.line + 1, edit.replacement + ending);
  return { ...file, content: lines.join("\n") };
}

/** Each check reads the file once more: a file of many findings gets edits for its first few, the rest go without. */
const MAX_EDITS_PER_FILE = 3;
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

/** Reads the edited file again: the deployment must still be there, the file read as well as before, and the rule silent. */
export function isVerified(edit: Edit, rule: Rule, subject: RuleSubject, checks: EditChecks): boolean {
  if (checks.left <= 0) return false;
  checks.left -= 1;
  const file = applyEdit(checks.file, edit);
  const { files } = checks.context;
  const outcome = readFile(file, files ? { ...checks.context, files: withFile(files, file) } : checks.context);
  if (outcome.kind !== "read") return false;
  const edited = outcome.result.deployments.find((deployment) => deployment.id === subject.deployment.id);
  if (!edited || outcome.result.unresolved.length > checks.before.unresolved.length) return false;
  return rule.check({ ...subject, deployment: edited }).length === 0;
}

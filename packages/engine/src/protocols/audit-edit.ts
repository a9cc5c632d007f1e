import type { FileText } from "../domain/deployment.ts";
import type { Edit } from "../domain/finding.ts";
import { readFile } from "../readers/index.ts";
import type { ReaderContext } from "../readers/reader.ts";
import type { Rule, RuleSubject } from "../rules/rule.ts";

export function applyEdit(file: FileText, edit: Edit): FileText {
  const lines = file.content.split("\n");
  const ending = lines[edit.end_line - 1]?.endsWith("\r") ? "\r" : "";
  lines.splice(edit.line - 1, edit.end_line - edit.line + 1, edit.replacement + ending);
  return { ...file, content: lines.join("\n") };
}

/** Reads the edited file again: the deployment must still be there, the file read as well as before, and the rule silent. */
export function isVerified(
  edit: Edit,
  rule: Rule,
  subject: RuleSubject,
  file: FileText,
  context: ReaderContext,
): boolean {
  const before = readFile(file, context);
  const outcome = readFile(applyEdit(file, edit), context);
  if (outcome.kind !== "read" || before.kind !== "read") return false;
  const edited = outcome.result.deployments.find((deployment) => deployment.id === subject.deployment.id);
  if (!edited || outcome.result.unresolved.length > before.result.unresolved.length) return false;
  return rule.check({ ...subject, deployment: edited }).length === 0;
}

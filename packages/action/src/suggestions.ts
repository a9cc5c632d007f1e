import { createHash } from "node:crypto";
import { escapeMarkdown, type Finding, sortedByImpact } from "@ecocompute/engine";
import type { Hunk } from "./source.ts";

/** GitHub takes more; a reader does not. */
const MAX_SUGGESTIONS = 40;
/** What could hide what a click would apply. */
const INVISIBLE = /[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?![\n\t])\p{Cc}/u;

/** A comment beside lines of the head that offers an edit. */
export interface Suggestion {
  readonly path: string;
  readonly line: number;
  /** Where the edit replaces several lines. */
  readonly start_line?: number;
  readonly body: string;
  /** The first line of the body: the same edit has the same. */
  readonly marker: string;
}

/**
 * The checked edits of findings as suggested changes, the worst first: one per line at most, only where every line of
 * the edit is shown in the diff, and none that does not show all that it would write.
 */
export function suggestionsOf(
  findings: readonly Finding[],
  key: string,
  hunksOf: (path: string) => readonly Hunk[],
  isEditable: (path: string) => boolean,
): readonly Suggestion[] {
  const taken: Suggestion[] = [];
  for (const finding of sortedByImpact(findings)) {
    const { edit } = finding.fix;
    if (!edit || taken.length >= MAX_SUGGESTIONS || !isEditable(edit.path) || INVISIBLE.test(edit.replacement))
      continue;
    const isShown = hunksOf(edit.path).some(({ from, to }) => from <= edit.line && edit.end_line <= to);
    const overlaps = taken.some(
      (each) => each.path === edit.path && (each.start_line ?? each.line) <= edit.end_line && edit.line <= each.line,
    );
    if (!isShown || overlaps) continue;
    const marker = markerOf(key, finding);
    taken.push({
      path: edit.path,
      line: edit.end_line,
      ...(edit.line < edit.end_line ? { start_line: edit.line } : {}),
      marker,
      body: [
        marker,
        `**${finding.rule}**: ${escapeMarkdown(finding.fix.description, 1_000)}`,
        "",
        fenced(edit.replacement),
      ].join("\n"),
    });
  }
  return taken;
}

function markerOf(key: string, { rule, fix: { edit } }: Finding): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([rule, edit?.path, edit?.replacement]))
    .digest("hex");
  return `<!-- ecocompute-suggestion:${key} ${hash.slice(0, 16)} -->`;
}

/** A fence that the replacement cannot close. */
function fenced(replacement: string): string {
  const runs = replacement.match(/`{3,}/g) ?? [];
  const fence = "`".repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  return `${fence}suggestion\n${replacement}\n${fence}`;
}

import type { FileText, Position } from "../domain/deployment.ts";
import type { Edit } from "../domain/finding.ts";

type Replacement = readonly [pattern: RegExp, by: string];

/** Lines after a flag's own that its value may stand on, as the next item of a list or after a continued line. */
const LOOK_AHEAD = 1;
/** Lines of settings are shorter; generated ones are not edited. */
const MAX_LINE = 1_000;

/**
 * The edit that replaces the first match of one of the patterns on a fact's own line, from its column on, or at the start of
 * the line after it: one whole line. Patterns are bounded. {} where nothing matches or the fact stands in another file.
 */
export function replaced(
  file: FileText | undefined,
  at: Position,
  patterns: readonly Replacement[],
  next: readonly Replacement[] = [],
): { readonly edit?: Edit } {
  if (!file || at.path !== file.path) return {};
  const lines = file.content.split("\n");
  const own = replacedIn(lines, at.line, at.column - 1, patterns);
  if (own) return { edit: { path: at.path, ...own } };
  for (let line = at.line + 1; line <= at.line + LOOK_AHEAD; line += 1) {
    const edit = replacedIn(lines, line, 0, next);
    if (edit) return { edit: { path: at.path, ...edit } };
  }
  return {};
}

function replacedIn(
  lines: readonly string[],
  number: number,
  from: number,
  patterns: readonly Replacement[],
): Omit<Edit, "path"> | null {
  const line = lines[number - 1]?.replace(/\r$/, "");
  if (line === undefined || line.length > MAX_LINE) return null;
  const [before, rest] = [line.slice(0, from), line.slice(from)];
  for (const [pattern, by] of patterns) {
    const after = rest.replace(pattern, by);
    if (after !== rest) return { line: number, end_line: number, replacement: before + after };
  }
  return null;
}

/** The value of a flag on its own line (`--flag=1`, `--flag 1`, `flag=1`, `flag: 1`) or alone on the next (`- "1"`). */
export function flagValue(
  flags: string,
  value: string,
  by: string,
): { readonly own: readonly Replacement[]; readonly next: readonly Replacement[] } {
  return {
    own: [
      [
        new RegExp(`((?:--?|\\b)(?:${flags})["']?\\s{0,4}(?:[=:,]\\s{0,4}|\\s)["']?)(?:${value})(?![\\w.])`, "i"),
        `$1${by}`,
      ],
    ],
    next: [
      [
        new RegExp(`^(\\s{0,200}(?:-\\s{1,4})?["']?)(?:${value})(?=["']?,?\\s{0,4}\\\\?\\s{0,4}(?:#.{0,200})?$)`, "i"),
        `$1${by}`,
      ],
    ],
  };
}

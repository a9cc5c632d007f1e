import type { FileText, Position } from "../domain/deployment.ts";
import type { Suppression } from "../domain/suppression.ts";
import { type IgnoreEntry, ignoreEntries } from "./suppression-entry.ts";

/** A suppression that stands in a file, with the lines that it is about. */
export interface WrittenSuppression extends Suppression {
  readonly at: Position;
  /** A comment is about a line and what that line begins; an annotation about the document that holds it. */
  readonly covers:
    | { readonly kind: "line"; readonly line: number }
    | { readonly kind: "document"; readonly from: number; readonly to: number };
}

/** What stands in a file and cannot be understood. */
export interface SuppressionProblem {
  readonly message: string;
  readonly at: Position;
}

export interface WrittenSuppressions {
  readonly suppressions: readonly WrittenSuppression[];
  readonly problems: readonly SuppressionProblem[];
}

const MARKER = "ecocompute:";
const ANNOTATION = "ecocompute.dev/ignore";
const MAX_LINE = 1_000;
/** More are told, not read. */
const MAX_PER_FILE = 200;
/** Lines of comments and blanks between a comment and what it is about. */
const MAX_GAP = 20;

const COMMENT_OPENERS = ["#", "//", "/*", "--"];
const NONE: WrittenSuppressions = { suppressions: [], problems: [] };

/** Comments `# ecocompute: ignore[rule] reason="…" until=…` in any language with # or //, and Kubernetes annotations `ecocompute.dev/ignore`. */
export function writtenSuppressions(file: FileText): WrittenSuppressions {
  if (!file.content.includes(MARKER) && !file.content.includes(ANNOTATION)) return NONE;
  const lines = file.content.split("\n");
  const documents = documentBreaks(lines);
  const suppressions: WrittenSuppression[] = [];
  const problems: SuppressionProblem[] = [];
  for (const [index, whole] of lines.entries()) {
    const line = whole.slice(0, MAX_LINE);
    const found = commentIn(line, file.path) ?? annotationIn(lines, index, file.path);
    if (!found) continue;
    const at: Position = { path: file.path, line: index + 1, column: found.column + 1, end_line: index + 1 };
    if (suppressions.length + problems.length >= MAX_PER_FILE) {
      problems.push({ message: `more than ${MAX_PER_FILE} suppressions: the rest was not read`, at });
      break;
    }
    const covers =
      found.kind === "annotation"
        ? ({ kind: "document", ...documentAround(documents, index) } as const)
        : ({ kind: "line", line: found.alone ? nextCode(lines, index, file.path) : index + 1 } as const);
    for (const entry of entriesOf(found.text, at, problems)) {
      for (const rule of entry.rules) {
        const { reason, until } = entry;
        suppressions.push({
          rule,
          at,
          covers,
          ...(reason === undefined ? {} : { reason }),
          ...(until === undefined ? {} : { until }),
        });
      }
    }
  }
  return { suppressions, problems };
}

function entriesOf(text: string, at: Position, problems: SuppressionProblem[]): readonly IgnoreEntry[] {
  const entries = ignoreEntries(text);
  const rules = entries.flatMap((entry) => entry.rules);
  if (rules.length === 0) problems.push({ message: 'names no rule: expected ignore[rule] reason="…"', at });
  for (const { unknown } of entries) {
    const [word] = unknown;
    if (word !== undefined) {
      problems.push({
        message: `"${word.slice(0, 64)}" is not understood: expected ignore[rule] reason="…" until=YYYY-MM-DD`,
        at,
      });
    }
  }
  return entries;
}

interface Found {
  readonly kind: "comment" | "annotation";
  readonly text: string;
  readonly column: number;
  /** Nothing but the comment stands on the line. */
  readonly alone: boolean;
}

const isNotebook = (path: string): boolean => path.toLowerCase().endsWith(".ipynb");

/** A line of a notebook's cell is a JSON string. */
const unquoted = (line: string, path: string): string =>
  isNotebook(path)
    ? line
        .replaceAll('\\"', '"')
        .replace(/^\s{0,200}"/, "")
        .replace(/(?:\\n)?",?\s{0,20}$/, "")
    : line;

function commentIn(line: string, path: string): Found | null {
  const column = line.indexOf(MARKER);
  if (column < 0) return null;
  const code = unquoted(line, path);
  const start = code.indexOf(MARKER);
  const before = code.slice(0, Math.max(0, start)).trimEnd();
  const opener = COMMENT_OPENERS.find((mark) => before.endsWith(mark));
  const rest = code.slice(start + MARKER.length).trimStart();
  if (opener === undefined || !/^ignore\b/.test(rest)) return null;
  const text = rest.slice("ignore".length).replace(/(?:\*\/|-->)[\s}]{0,20}$/, "");
  return { kind: "comment", text, column, alone: isCommentOnly(code.slice(0, start)) };
}

/** Nothing but what opens a comment, in any language. */
const isCommentOnly = (text: string): boolean => /^[\s#/*<!{-]{0,200}$/.test(text.slice(0, 200)) && text.length <= 200;

/** `ecocompute.dev/ignore: "…"`, or a block scalar over several lines. */
function annotationIn(lines: readonly string[], index: number, path: string): Found | null {
  if (!/\.(?:ya?ml|json|tpl)$/i.test(path)) return null;
  const line = (lines[index] ?? "").slice(0, MAX_LINE);
  const column = line.indexOf(ANNOTATION);
  if (column < 0 || !/^[\s"'-]{0,200}$/.test(line.slice(0, column))) return null;
  const after = line
    .slice(column + ANNOTATION.length)
    .replace(/^["']/, "")
    .trimStart();
  if (!after.startsWith(":")) return null;
  const value = after.slice(1).trim();
  const text = /^[|>][-+]?$/.test(value) ? blockScalar(lines, index, column) : scalar(value);
  return { kind: "annotation", text, column, alone: true };
}

/** A plain or quoted scalar's text: `'a "b"'`, `"a \"b\""`. */
function scalar(value: string): string {
  const quote = value[0];
  if (quote !== '"' && quote !== "'") return value;
  const body = value.slice(1).replace(/,\s{0,20}$/, "");
  const end = body.lastIndexOf(quote);
  const inside = end < 0 ? body : body.slice(0, end);
  return quote === '"' ? inside.replaceAll('\\"', '"') : inside.replaceAll("''", "'");
}

function blockScalar(lines: readonly string[], index: number, column: number): string {
  const text: string[] = [];
  for (const line of lines.slice(index + 1, index + 1 + MAX_GAP)) {
    if (line.trim() !== "" && indentOf(line) <= column) break;
    text.push(line.slice(0, MAX_LINE).trim());
  }
  return text.join(" ");
}

/** Where YAML documents begin and the file ends, as line indexes. */
const documentBreaks = (lines: readonly string[]): readonly number[] => [
  0,
  ...lines.flatMap((line, index) => (line.startsWith("---") ? [index] : [])),
  lines.length,
];

function documentAround(breaks: readonly number[], index: number): { readonly from: number; readonly to: number } {
  const next = breaks.findIndex((start) => start > index);
  return { from: (breaks[next - 1] ?? 0) + 1, to: breaks[next] ?? index + 1 };
}

/** The line that a comment on a line of its own is about. */
function nextCode(lines: readonly string[], index: number, path: string): number {
  for (let next = index + 1; next <= index + MAX_GAP && next < lines.length; next += 1) {
    const line = unquoted((lines[next] ?? "").slice(0, MAX_LINE), path).trim();
    const comment = ["#", "//", "/*", "*", "{{/*", "<!--"].some((mark) => line.startsWith(mark));
    if (line !== "" && line !== "---" && !comment) return next + 1;
  }
  return index + 2;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Lines climbed from a finding to what holds it. */
const MAX_CLIMB = 2_000;

/** The first lines of the blocks that hold a line, by indentation: the call, the list item, the function around it. 1-based. */
export function blockStarts(lines: readonly string[], line: number): ReadonlySet<number> {
  const starts = new Set<number>();
  const first = lines[line - 1];
  if (first === undefined) return starts;
  let indent = indentOf(first);
  let inList = first.trimStart().startsWith("- ");
  for (let i = line - 2; i >= 0 && line - i < MAX_CLIMB && (indent > 0 || inList); i -= 1) {
    const text = lines[i] ?? "";
    const trimmed = text.trimStart();
    if (trimmed === "" || trimmed.startsWith("#") || trimmed.startsWith("//")) continue;
    const own = text.length - trimmed.length;
    // A list may stand at the indentation of its key.
    const isKeyOfList = inList && own === indent && !trimmed.startsWith("- ");
    if (own >= indent && !isKeyOfList) continue;
    starts.add(i + 1);
    inList = trimmed.startsWith("- ");
    // `) -> None:` goes on from a line of its own indentation.
    indent = /^[)\]}]/.test(trimmed) ? own + 1 : own;
  }
  return starts;
}

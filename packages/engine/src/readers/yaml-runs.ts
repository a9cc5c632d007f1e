/** No manifest has as many in a row; the parser would take a time that grows with their square to refuse them. */
const MAX_RUN = 100;

/** What a run is made of; null ends every run. */
function kindOf(content: string, at: number): string | null {
  const c = content.charAt(at);
  if (c === "[" || c === "{") return "opening brackets";
  if (c === "]" || c === "}") return "closing brackets";
  if (c === '"' || c === "'") return "quotes";
  if (c === ",") return "commas";
  if (c === "%" && (at === 0 || content.charAt(at - 1) === "\n")) return "directives";
  const startsWord = at === 0 || /\s/.test(content.charAt(at - 1));
  if ((c === "!" || c === "&" || c === "*") && startsWord) return "tags, anchors or aliases";
  const alone = startsWord && (at + 1 >= content.length || /\s/.test(content.charAt(at + 1)));
  return alone && (c === "-" || c === "?" || c === ":") ? "nested entries on one line" : null;
}

export interface LongRun {
  readonly start: number;
  readonly why: string;
}

/** The first run of brackets, quotes, commas, tags, anchors or directives with only white space between. Linear in the text. */
export function findLongRun(content: string, from = 0): LongRun | null {
  let kind: string | null = null;
  let count = 0;
  let start = 0;
  for (let i = from; i < content.length; i += 1) {
    const c = content.charAt(i);
    if (c === "\n" && kind === "nested entries on one line") kind = null;
    if (c === " " || c === "\t" || c === "\n" || c === "\r") continue;
    const next = kindOf(content, i);
    if (next !== kind) {
      kind = next;
      count = 0;
      start = i;
    }
    if (next === null) continue;
    count += 1;
    if (count > MAX_RUN) return { start, why: `more than ${MAX_RUN} ${next} in a row` };
    if (next === "directives") while (i + 1 < content.length && content.charAt(i + 1) !== "\n") i += 1;
    if (next === "tags, anchors or aliases") while (i + 1 < content.length && /\S/.test(content.charAt(i + 1))) i += 1;
  }
  return null;
}

/** Documents that are given up; a file of more is given up whole. */
const MAX_GIVEN_UP = 20;
const SEPARATOR = "\n---";

/** The text with each document that holds a long run blanked, offsets kept: the others are read. */
export function withoutLongRuns(content: string): { readonly text: string; readonly runs: readonly LongRun[] } {
  const runs: LongRun[] = [];
  let text = content;
  let from = 0;
  for (let run = findLongRun(text, from); run; run = findLongRun(text, from)) {
    runs.push(run);
    if (runs.length > MAX_GIVEN_UP) return { text: "", runs };
    const before = text.lastIndexOf(SEPARATOR, run.start);
    const start = before >= 0 ? before + SEPARATOR.length : text.startsWith("---") ? 3 : 0;
    const after = text.indexOf(SEPARATOR, run.start);
    const end = after < 0 ? text.length : after;
    text = text.slice(0, start) + text.slice(start, end).replaceAll(/[^\r\n]/g, " ") + text.slice(end);
    from = end;
  }
  return { text, runs };
}

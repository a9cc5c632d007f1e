import { readShell } from "../shell/script.ts";
import type { ShellState } from "../shell/state.ts";
import { readWord } from "../shell/word.ts";

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The value of ENTRYPOINT or CMD, at its offsets. */
export interface CommandSpan extends Span {
  /** A JSON list; else a line for a shell. */
  readonly is_exec: boolean;
}

export interface Stage {
  readonly name: string;
  /** The FROM instruction. */
  readonly at: Span;
  /** The image at the bottom of it; null: not known. */
  readonly image: string | null;
  readonly base: Stage | null;
  readonly environment: Map<string, string | null>;
  /** Where each variable was set last. */
  readonly places: Map<string, Span>;
  readonly entrypoint: CommandSpan | null;
  readonly command: CommandSpan | null;
  /** `COPY FROM TO` of the build's own files, as written. */
  readonly copies: readonly { readonly from: string; readonly to: string }[];
}

interface Instruction extends Span {
  readonly name: string;
  /** Offset of what follows the name. */
  readonly value: number;
}

const MAX_STAGES = 50;
const MAX_COPIES = 200;

/** The stages of a Dockerfile with what they inherit from those they build on. */
export function stagesOf(content: string): readonly Stage[] {
  const stages: { -readonly [K in keyof Stage]: Stage[K] }[] = [];
  const global = new Map<string, string | null>();
  let current: (typeof stages)[number] | undefined;
  for (const instruction of instructions(content)) {
    const { name, start, end, value } = instruction;
    switch (name) {
      case "FROM": {
        if (stages.length >= MAX_STAGES) return stages;
        const words = wordsOf(content, value, end, global).filter((word) => !word?.startsWith("--platform"));
        const image = words[0] ?? null;
        const base = stages.findLast((stage) => stage.name === image?.toLowerCase()) ?? null;
        current = {
          name: (words[1]?.toLowerCase() === "as" && words[2] ? words[2] : String(stages.length)).toLowerCase(),
          at: { start, end },
          image: base ? base.image : image,
          base,
          environment: new Map(base?.environment ?? []),
          places: new Map(base?.places ?? []),
          entrypoint: base?.entrypoint ?? null,
          command: base?.command ?? null,
          copies: base?.copies ?? [],
        };
        stages.push(current);
        break;
      }
      case "ARG":
      case "ENV": {
        const target = current?.environment ?? global;
        for (const { key, written, at } of assignments(content, value, end, target)) {
          current?.places.set(key, at);
          // An ARG of a stage without a value takes the one before the first FROM.
          if (name === "ENV" || written !== undefined || !target.has(key))
            target.set(key, written === undefined ? (global.get(key) ?? null) : written);
        }
        break;
      }
      case "ENTRYPOINT":
        // A new entry point drops the command that was inherited with the old one.
        if (current)
          Object.assign(current, {
            entrypoint: spanOf(content, value, end),
            command: current.base?.command === current.command ? null : current.command,
          });
        break;
      case "CMD":
        if (current) current.command = spanOf(content, value, end);
        break;
      case "COPY":
        if (current && current.copies.length < MAX_COPIES)
          current.copies = [...current.copies, ...copiesOf(wordsOf(content, value, end, current.environment))];
        break;
      default:
    }
  }
  return stages;
}

function copiesOf(words: readonly (string | null)[]): Stage["copies"] {
  // Another stage's files are none of the repository.
  if (words.some((word) => word === null || word.startsWith("--from"))) return [];
  const known = words.filter((word) => word !== null && !word.startsWith("--")) as readonly string[];
  const to = known.at(-1);
  if (to === undefined) return [];
  const several = known.length > 2 || to.endsWith("/") || to === ".";
  return known
    .slice(0, -1)
    .map((from) => ({ from, to: several ? `${to}/${from.slice(from.lastIndexOf("/") + 1)}` : to }));
}

const HEREDOC = /<<-?\s{0,4}["']?(\w{1,60})["']?/;

/** Instructions over continued lines; comments within them are skipped, heredocs passed over. */
function* instructions(content: string): Generator<Instruction> {
  let offset = 0;
  let open: { name: string; start: number; value: number } | null = null;
  let heredoc: string | null = null;
  for (const line of content.split("\n")) {
    const start = offset;
    offset += line.length + 1;
    if (heredoc !== null) {
      if (line.trim() === heredoc) heredoc = null;
      continue;
    }
    const isComment = /^[ \t]{0,200}#/.test(line);
    if (!open) {
      const head = isComment ? null : /^[ \t]{0,200}([A-Za-z]{2,12})[ \t]{1,200}/.exec(line);
      if (!head?.[1]) continue;
      open = { name: head[1].toUpperCase(), start, value: start + head[0].length };
      heredoc = /^(?:RUN|COPY)$/.test(open.name) ? (HEREDOC.exec(line.slice(0, 2_000))?.[1] ?? null) : null;
    }
    if (isComment || /[\\`][ \t\r]{0,20}$/.test(line.slice(-24))) continue;
    if (line.trim() === "" && start > open.value) continue;
    yield { ...open, end: start + line.length };
    open = null;
  }
  if (open) yield { ...open, end: content.length };
}

function spanOf(content: string, start: number, end: number): CommandSpan {
  const is_exec = /^\s{0,40}\[/.test(content.slice(start, start + 41));
  if (!is_exec) return { start, end, is_exec };
  const close = content.lastIndexOf("]", end);
  const isEmpty = content.slice(start, Math.min(close, start + 60)).trim() === "[";
  return { start, end: close > start && !isEmpty ? close : start, is_exec };
}

function wordsOf(
  content: string,
  start: number,
  end: number,
  variables: ReadonlyMap<string, string | null>,
): readonly (string | null)[] {
  return (readShell(content.slice(start, end), variables).commands[0]?.words ?? []).map(({ text }) => text);
}

interface Assignment {
  readonly key: string;
  readonly written: string | null | undefined;
  readonly at: Span;
}

/** `A=b C="d"`, or `A b c`: a name without a value gives undefined. */
function assignments(
  content: string,
  from: number,
  end: number,
  known: Map<string, string | null>,
): readonly Assignment[] {
  const text = content.slice(from, end);
  const old = /^([A-Za-z_]\w{0,100})[ \t]{1,100}(?!=)/.exec(text.slice(0, 220));
  // What is set here is known to what follows: the table itself, for a copy at each line would be the square of the text.
  const state: ShellState = { variables: known, positional: "unknown", budget: { words: 5_000 } };
  if (old?.[1] && !text.slice(0, 220).startsWith(`${old[1]}=`)) {
    const value = text.slice(old[0].length).trim();
    const written = value.includes("$") ? readWord(value, 0, state).text : value;
    return [{ key: old[1], written, at: { start: from, end } }];
  }
  const found: Assignment[] = [];
  let i = 0;
  while (i < text.length && found.length < 500) {
    const c = text.charAt(i);
    if (c === "#" && /(?:^|\n)[ \t]{0,200}$/.test(text.slice(Math.max(0, i - 200), i))) {
      const newline = text.indexOf("\n", i);
      i = newline < 0 ? text.length : newline;
    } else if (/[\s;&|()<>]/.test(c) || (c === "\\" && /\s/.test(text[i + 1] ?? ""))) i += 1;
    else {
      const word = readWord(text, i, state);
      const at = { start: from + i, end: from + word.next };
      i = word.next;
      const name = /^([A-Za-z_]\w{0,100})(=?)/.exec(word.raw.slice(0, 104));
      if (!name?.[1]) continue;
      const value = name[2] === "" ? undefined : word.text === null ? null : word.text.slice(name[0].length);
      found.push({ key: name[1], written: value, at });
      if (value !== undefined) state.variables.set(name[1], value);
    }
  }
  return found;
}

/** ENTRYPOINT and CMD as one line for a reader of words: brackets and commas of the lists are blank, offsets stay. */
export function commandText(
  content: string,
  entrypoint: CommandSpan | null,
  command: CommandSpan | null,
): { readonly script: string; readonly offsetOf: (at: number) => number } {
  const parts = [entrypoint, command].flatMap((span) => (span && span.start < span.end ? [span] : []));
  const texts = parts.map((span) =>
    span.is_exec ? withoutList(content.slice(span.start, span.end)) : content.slice(span.start, span.end),
  );
  const first = texts[0]?.length ?? 0;
  const offsetOf = (at: number) =>
    at <= first || parts.length < 2 ? (parts[0]?.start ?? 0) + at : (parts[1]?.start ?? 0) + at - first - 1;
  return { script: texts.join(" "), offsetOf };
}

/** `["a", "b"]` → ` "a"  "b" `, character by character; a line of its own stays one by its continuation. */
function withoutList(text: string): string {
  let out = "";
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charAt(i);
    if (c === "\\" && quoted) {
      out += text.slice(i, i + 2);
      i += 1;
    } else if (c === '"') {
      quoted = !quoted;
      out += c;
    } else out += quoted ? c : " ";
  }
  return out;
}

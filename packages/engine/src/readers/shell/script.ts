import { readArithmetic, readKeyword, readPattern } from "./constructs.ts";
import { endCommand, newFlow, runsNow, type Separator } from "./flow.ts";
import { type Heredoc, heredocBody, heredocHeader } from "./heredoc.ts";
import type { ShellState, ShellValue, ShellWord, Variables } from "./state.ts";
import { type Outcome, readTest } from "./test-command.ts";
import { type Reading, type ShellCommand, set, type Walk } from "./walk.ts";
import { readArray, readWord } from "./word.ts";

export type { ShellCommand } from "./walk.ts";

export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  readonly heredocs: readonly Heredoc[];
  /** The script is longer than what is followed. */
  readonly cut: boolean;
}

const MAX_WORDS = 50_000;
const MAX_CALLS = 3;
const MAX_COMMANDS = 2_000;
const MAX_HEREDOCS = 100;
const DECLARES = ["export", "env", "declare", "local", "readonly", "typeset"];
const ASSIGNMENT = /^([A-Za-z_]\w{0,100})(\+?)=/;
/** Commands that fail as a matter of course: what follows them may or may not run. */
const MAY_FAIL = /^(?:grep|command|which|pgrep|type|curl|wget|nvidia-smi|docker|diff|cmp|ping|timeout|read|python3?)$/;

/**
 * Runs through a script without running it: commands with their words, variables replaced where they are known, branches
 * by the values that the script states, functions where they are called. A command substitution is not run: its word is
 * unknown. Linear in the text. `wants` picks the commands that are kept, each with a copy of its variables; without it all
 * are kept, with none.
 */
export function readShell(
  script: string,
  given: Variables,
  wants: ((words: readonly ShellWord[]) => boolean) | null = null,
  inHeredoc = false,
): ShellScript {
  const reading: Reading = { script, wants, commands: [], heredocs: [], functions: new Map() };
  const budget = { words: MAX_WORDS };
  const variables = new Map<string, ShellValue>(given);
  walk(reading, 0, script.length, { variables, positional: null, budget, inHeredoc }, 0);
  for (const body of reading.functions.values()) {
    if (!body.called)
      walk(reading, body.start, body.end, { variables, positional: "unknown", budget, inHeredoc }, MAX_CALLS);
  }
  const cut = budget.words < 0 || reading.commands.length >= MAX_COMMANDS;
  return { commands: reading.commands, heredocs: reading.heredocs, cut };
}

function walk(reading: Reading, from: number, to: number, state: ShellState, calls: number): void {
  const fresh = { words: [], local: [], test: null, target: null, pending: [], named: null, doubtful: new Map() };
  const w: Walk = { ...reading, state, flow: newFlow(), calls, to, ...fresh };
  const { script } = reading;
  let i = from;
  while (i < to && state.budget.words >= 0) {
    const c = script.charAt(i);
    const next = script.charAt(i + 1);
    const top = w.flow.frames.at(-1);
    if (c === "\\" && next === "\n") i += 2;
    else if (c === "\\" && script.startsWith("\r\n", i + 1)) i += 3;
    else if (c === "\n") {
      end(w, ";");
      i = readHeredocs(w, i + 1);
    } else if (c === " " || c === "\t" || c === "\r") i += 1;
    else if (c === "#") {
      const newline = script.indexOf("\n", i);
      i = newline < 0 ? to : newline;
    } else if (top?.kind === "case" && top.inPattern) i = readPattern(w, top, i);
    else if (c === ";" && next === ";") {
      end(w, ";");
      i += script[i + 2] === "&" ? 3 : 2;
      if (top?.kind === "case") top.inPattern = true;
    } else if (c === "&" && next === ">") i += 1;
    else if (c === ";" || c === "&" || c === "|") {
      const twice = c !== ";" && next === c;
      end(w, twice ? (c === "&" ? "&&" : "||") : ";");
      i += twice ? 2 : 1;
    } else if (c === "(" && next === "(" && w.words.length === 0) i = readArithmetic(w, i);
    else if (c === "(" && w.words.length === 1 && /^\(\s{0,20}\)/.test(script.slice(i, i + 24))) {
      w.named = w.words[0]?.text ?? null;
      w.words = [];
      i = script.indexOf(")", i) + 1;
    } else if (c === "(" || c === ")") {
      end(w, ";");
      i += 1;
    } else if (c === ">" || c === "<") i = readRedirection(w, i);
    else i = readToken(w, i);
  }
  if (state.budget.words >= 0) end(w, ";");
}

/** Ends the command that was collected. */
function end(w: Walk, separator: Separator): void {
  const status = w.test ?? (w.words.length > 0 ? statusOf(w) : null);
  if (w.words.length > 0) emit(w, runsNow(w.flow));
  endCommand(w.flow, status, separator);
  w.words = [];
  w.local = [];
  w.test = null;
  w.target = null;
}

function statusOf({ words, flow }: Walk): Outcome {
  const name = (words[0]?.text ?? "").slice(0, 40);
  if (name === "true" || name === ":") return "yes";
  if (name === "false") return "no";
  const top = flow.frames.at(-1);
  return (top?.kind === "if" && top.inCondition) || MAY_FAIL.test(name) ? "maybe" : "yes";
}

function emit(w: Walk, runs: Outcome): void {
  if (w.flow.defining > 0 || w.commands.length >= MAX_COMMANDS) return;
  const body = w.functions.get(w.words[0]?.text ?? "");
  if (body && runs !== "no") {
    body.called = true;
    const positional = w.words.slice(1).map(({ text }) => text);
    if (w.calls < MAX_CALLS) walk(w, body.start, body.end, { ...w.state, positional }, w.calls + 1);
  }
  if (w.wants && !w.wants(w.words)) return;
  w.commands.push({ words: w.words, variables: w.wants ? variablesNow(w) : NO_VARIABLES, runs });
}

const NO_VARIABLES: Variables = new Map();
/** A copy for each of many commands that start an engine would be the square of the text. */
const VARIABLES_PER_WORD = 20;

function variablesNow({ state, local }: Walk): Variables {
  state.budget.words -= Math.floor(state.variables.size / VARIABLES_PER_WORD);
  const variables = plainValues(state.variables);
  for (const [key, value] of local) variables.set(key, value);
  return variables;
}

function plainValues(set: ReadonlyMap<string, ShellValue>): Map<string, string | null> {
  return new Map([...set].map(([key, value]) => [key, typeof value === "string" ? value : null]));
}

function readToken(w: Walk, at: number): number {
  const { script, state, words } = w;
  const starts = words.length === 0 && w.local.length === 0;
  if (starts && /^\[\[?\s/.test(script.slice(at, at + 3))) {
    const { outcome, next } = readTest(script, at, w.to, state);
    w.test = outcome;
    return next;
  }
  const word = readWord(script, at, state);
  state.budget.words -= Math.max(1, word.words.length);
  const follows = script[word.next];
  if (/^\d$/.test(word.raw) && (follows === ">" || follows === "<")) return word.next;
  const behind = starts ? readKeyword(w, word) : null;
  if (behind !== null) return behind;
  const [whole, name, plus] = ASSIGNMENT.exec(word.raw.slice(0, 104)) ?? [];
  if (whole === undefined || name === undefined || !mayDeclare(words)) {
    words.push(...word.words);
    return word.next;
  }
  if (word.raw === whole && follows === "(") {
    const { items, next } = readArray(script, word.next, state);
    set(w, name, items, plus === "+");
    return next;
  }
  const value = word.known && word.text !== null ? word.text.slice(whole.length) : null;
  const inFront = words.length === 0 && !/^[ \t\r]{0,40}(?:[\n;&|#)]|$)/.test(script.slice(word.next, word.next + 41));
  if (inFront || words[0]?.raw === "env") w.local.push([name, value]);
  else set(w, name, value, plus === "+", /\$\{?(?:[0-9@*]|OPTARG)/.test(word.raw.slice(0, 200)));
  return word.next;
}

/** `export`, `declare -x`: an assignment may follow. Nobody gives such a command more words before its first assignment. */
const MOST_BEFORE_ASSIGNMENT = 8;
const mayDeclare = (words: readonly ShellWord[]): boolean =>
  words.length <= MOST_BEFORE_ASSIGNMENT && words.every(({ raw }) => DECLARES.includes(raw) || raw.startsWith("-"));

function readRedirection(w: Walk, at: number): number {
  const { script, to } = w;
  const heredoc = script.startsWith("<<", at) ? heredocHeader(script, at) : null;
  if (heredoc) {
    const { next, ...header } = heredoc;
    w.pending.push({ ...header, command: w.words, target: w.target });
    return next;
  }
  let i = at;
  while (i < to && /[<>&|-]/.test(script.charAt(i))) i += 1;
  while (script[i] === " " || script[i] === "\t") i += 1;
  if (i >= to || /[\n;()#]/.test(script.charAt(i))) return i;
  const word = readWord(script, i, w.state);
  w.state.budget.words -= 1;
  if (script[at] === ">") {
    w.target = word.text ?? word.raw;
    for (const pending of w.pending) pending.target ??= w.target;
  }
  return word.next;
}

function readHeredocs(w: Walk, from: number): number {
  let at = from;
  for (const pending of w.pending) {
    const { end, next } = heredocBody(w.script, at, w.to, pending);
    if (w.flow.defining === 0 && w.heredocs.length < MAX_HEREDOCS) {
      const variables = pending.quoted ? null : plainValues(w.state.variables);
      w.heredocs.push({ command: pending.command, target: pending.target, start: at, end, variables });
    }
    at = next;
  }
  w.pending = [];
  return at;
}

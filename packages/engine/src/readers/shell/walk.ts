import { type Flow, type Frame, runsNow } from "./flow.ts";
import type { Heredoc, PendingHeredoc } from "./heredoc.ts";
import { assign, type ShellState, type ShellValue, type ShellWord, type Variables } from "./state.ts";
import type { Outcome } from "./test-command.ts";

export interface ShellCommand {
  readonly words: readonly ShellWord[];
  /** `A=b` in front of the command, and what the script has set before. */
  readonly variables: Variables;
  /** Is it run, with the values that the script states? */
  readonly runs: Outcome;
}

interface Body {
  readonly start: number;
  readonly end: number;
  called: boolean;
}

/** What all walks through one script share. */
export interface Reading {
  readonly script: string;
  /** null: all commands are kept, without their variables. */
  readonly wants: ((words: readonly ShellWord[]) => boolean) | null;
  readonly commands: ShellCommand[];
  readonly heredocs: Heredoc[];
  readonly functions: Map<string, Body>;
}

/** One walk: through the script, or through a function that it calls. */
export interface Walk extends Reading {
  readonly state: ShellState;
  readonly flow: Flow;
  readonly calls: number;
  readonly to: number;
  words: ShellWord[];
  /** Assignments in front of a command. */
  local: [string, string | null][];
  test: Outcome | null;
  target: string | null;
  pending: PendingHeredoc[];
  /** A function whose body comes next. */
  named: string | null;
  /** What variables held before a branch that may not be taken set them. */
  readonly doubtful: Map<Frame, Map<string, ShellValue | undefined>>;
}

/** `NAME=value` at this place of the walk: what a branch sets that may not be taken is not known. */
export function set(w: Walk, name: string, value: ShellValue, append = false, fromCaller = false): void {
  const runs = runsNow(w.flow);
  if (w.flow.defining > 0 || runs === "no") return;
  const before = w.state.variables.get(name);
  if (runs === "yes") assign(w.state, name, value, append);
  // An option of the command line: the value before stands until somebody gives one.
  else if (fromCaller && before !== undefined) return;
  else if (append && typeof value === "object" && value !== null) assign(w.state, name, inBranch(value), true);
  else if (!append && before !== value && isPlainBranch(w.flow)) setInBranch(w, name, value, before);
  else if (append || before !== value) assign(w.state, name, null, false);
}

const isPlainBranch = ({ frames, next }: Flow): boolean => {
  const top = frames.at(-1);
  return top?.kind === "if" && !top.inCondition && next === "yes";
};

/** The commands of the branch see the value; what comes behind it does not. */
function setInBranch(w: Walk, name: string, value: ShellValue, before: ShellValue | undefined): void {
  const top = w.flow.frames.at(-1);
  if (!top) return;
  const held = w.doubtful.get(top) ?? new Map<string, ShellValue | undefined>();
  w.doubtful.set(top, held);
  if (!held.has(name)) held.set(name, before);
  assign(w.state, name, value, false);
}

/** At `elif` and `else` the values before the `if` stand again; behind `fi` which branch was taken is not known. */
export function leaveBranch(w: Walk, word: string): void {
  const top = w.flow.frames.at(-1);
  const held = top?.kind === "if" ? w.doubtful.get(top) : undefined;
  if (!top || !held || !["elif", "else", "fi"].includes(word)) return;
  for (const [name, before] of held) {
    if (word === "fi") assign(w.state, name, null, false);
    else if (before === undefined) w.state.variables.delete(name);
    else w.state.variables.set(name, before);
  }
  if (word === "fi") w.doubtful.delete(top);
}

/** Flags that a branch adds which may not be taken: each is a flag of unknown value. */
const inBranch = (items: readonly ShellWord[]): readonly ShellWord[] =>
  items.filter(({ raw }) => /^["']?-/.test(raw)).map((word) => ({ ...word, text: null }));

import { both, either, not, type Outcome } from "./test-command.ts";

/** A construct that is open: what stands in it runs as `runs` says. */
export type Frame =
  | { readonly kind: "if"; readonly outer: Outcome; taken: Outcome; runs: Outcome; inCondition: boolean }
  | { readonly kind: "loop"; readonly outer: Outcome; runs: Outcome; readonly always: boolean }
  | CaseFrame
  | { readonly kind: "group"; readonly runs: Outcome }
  | { readonly kind: "function"; readonly runs: Outcome; readonly name: string; readonly body: number };

export interface CaseFrame {
  readonly kind: "case";
  readonly outer: Outcome;
  /** null: not known. */
  readonly subject: string | null;
  matched: Outcome;
  runs: Outcome;
  inPattern: boolean;
}

export type Separator = ";" | "&&" | "||";

/** Where a walk through a script stands. */
export interface Flow {
  readonly frames: Frame[];
  /** Functions that are open: their bodies run when they are called. */
  defining: number;
  /** Has the list of commands succeeded so far, and does the next of it run? */
  overall: Outcome;
  next: Outcome;
  before: Separator;
  /** How the last condition of an `if` came out. */
  condition: Outcome;
}

export const newFlow = (): Flow => ({
  frames: [],
  defining: 0,
  overall: "yes",
  next: "yes",
  before: ";",
  condition: "maybe",
});

/** No script that people write nests as deep. */
const MAX_DEPTH = 100;

export const runsNow = (flow: Flow): Outcome => both(flow.frames.at(-1)?.runs ?? "yes", flow.next);

export function open(flow: Flow, frame: Frame): void {
  if (flow.frames.length >= MAX_DEPTH) return;
  flow.frames.push(frame);
  if (frame.kind === "function") flow.defining += 1;
}

/** Closes the innermost construct where it is of that kind. */
export function close<K extends Frame["kind"]>(flow: Flow, kind: K): Extract<Frame, { kind: K }> | null {
  const top = flow.frames.at(-1);
  if (top?.kind !== kind) return null;
  flow.frames.pop();
  if (kind === "function") flow.defining -= 1;
  return top as Extract<Frame, { kind: K }>;
}

/** Ends a command of known or unknown outcome (null: there was none) with what separates it from the next. */
export function endCommand(flow: Flow, status: Outcome | null, separator: Separator): void {
  if (status !== null) {
    if (flow.before === "&&") flow.overall = both(flow.overall, status);
    else if (flow.before === "||") flow.overall = either(flow.overall, status);
    else flow.overall = status;
  }
  flow.before = separator;
  if (separator !== ";") {
    flow.next = separator === "&&" ? flow.overall : not(flow.overall);
    return;
  }
  const top = flow.frames.at(-1);
  if (top?.kind === "if" && top.inCondition && status !== null) flow.condition = flow.overall;
  flow.next = "yes";
  flow.overall = "yes";
}

/** `if then elif else fi`, `do done`, `esac`, `! time`: false for another word. */
export function branch(flow: Flow, word: string): boolean {
  const top = flow.frames.at(-1);
  switch (word) {
    case "if": {
      const here = runsNow(flow);
      open(flow, { kind: "if", outer: here, taken: "no", runs: here, inCondition: true });
      flow.condition = "maybe";
      return true;
    }
    case "then":
      if (top?.kind === "if") {
        top.runs = both(both(top.outer, not(top.taken)), flow.condition);
        top.taken = either(top.taken, flow.condition);
        top.inCondition = false;
      }
      return true;
    case "elif":
      if (top?.kind === "if") {
        top.inCondition = true;
        top.runs = both(top.outer, not(top.taken));
        flow.condition = "maybe";
      }
      return true;
    case "else":
      if (top?.kind === "if") top.runs = both(top.outer, not(top.taken));
      return true;
    case "fi":
      close(flow, "if");
      return true;
    case "do":
      if (top?.kind === "loop") top.runs = top.always ? top.outer : both(top.outer, "maybe");
      return true;
    case "done":
      close(flow, "loop");
      return true;
    case "esac":
      close(flow, "case");
      return true;
    case "!":
    case "time":
      return true;
    default:
      return false;
  }
}

/** Enters the branch of a `case` that these patterns guard. */
export function enterPattern(frame: CaseFrame, patterns: readonly string[]): void {
  const { subject } = frame;
  let found: Outcome = "maybe";
  if (patterns.includes("*")) found = "yes";
  else if (subject !== null) {
    if (patterns.includes(subject)) found = "yes";
    else if (!patterns.some((pattern) => /[*?[$]/.test(pattern))) found = "no";
  }
  frame.runs = both(frame.outer, both(not(frame.matched), found));
  frame.matched = either(frame.matched, found);
  frame.inPattern = false;
}

import { branch, type CaseFrame, close, enterPattern, open, runsNow } from "./flow.ts";
import { arithmeticOutcome } from "./test-command.ts";
import { leaveBranch, set, type Walk } from "./walk.ts";
import { readWord, type Word } from "./word.ts";

/** A word that opens, closes or continues a construct: where reading goes on; null: it is a word. */
export function readKeyword(w: Walk, { raw, next }: Word): number | null {
  const { flow, script } = w;
  leaveBranch(w, raw);
  if (branch(flow, raw)) return next;
  switch (raw) {
    case "while":
    case "until":
    case "select":
    case "for":
      return readLoop(w, raw, next);
    case "case":
      return readCase(w, next);
    case "{":
      if (w.named === null) open(flow, { kind: "group", runs: runsNow(flow) });
      else open(flow, { kind: "function", runs: "no", name: w.named, body: next });
      w.named = null;
      return next;
    case "}": {
      const body = close(flow, "function");
      if (body) w.functions.set(body.name, { start: body.body, end: next - 1, called: false });
      else close(flow, "group");
      return next;
    }
    case "function": {
      const header = /^[ \t]{1,20}([\w-]{1,80})[ \t]{0,20}(?:\([ \t]{0,20}\))?/.exec(script.slice(next, next + 150));
      if (!header?.[1]) return null;
      w.named = header[1];
      return next + header[0].length;
    }
    default:
      return null;
  }
}

const FOR_HEAD = /^[ \t]{0,20}([A-Za-z_]\w{0,60})(?:[ \t]{1,20}in[ \t]{1,20}([^\s;&|"'$*`]{1,200})[ \t]{0,20}[;\n])?/;

function readLoop(w: Walk, keyword: string, next: number): number {
  const { script, flow } = w;
  const always = keyword === "for" || /^\s{0,8}(?:true|:)\b/.test(script.slice(next, next + 14));
  const runs = runsNow(flow);
  open(flow, { kind: "loop", outer: runs, runs, always });
  if (keyword !== "for") return next;
  // What a loop variable holds changes from round to round, unless there is one round.
  const head = FOR_HEAD.exec(script.slice(next, next + 320));
  if (head?.[1]) set(w, head[1], head[2] ?? null);
  const end = script.slice(next, next + 2_000).search(/[;\n]/);
  return end < 0 ? next : next + end;
}

function readCase(w: Walk, next: number): number | null {
  const { script, flow } = w;
  const at = next + (/^[ \t]{0,20}/.exec(script.slice(next, next + 20))?.[0].length ?? 0);
  const word = readWord(script, at, w.state, { unsetIsEmpty: true });
  const inWord = /^\s{0,40}in\b/.exec(script.slice(word.next, word.next + 44));
  if (!inWord) return null;
  const runs = runsNow(flow);
  const subject = word.known ? (word.text ?? "") : null;
  open(flow, { kind: "case", outer: runs, subject, matched: "no", runs, inPattern: true });
  return word.next + inWord[0].length;
}

/** The patterns in front of a branch of `case`, up to their bracket. */
export function readPattern(w: Walk, frame: CaseFrame, at: number): number {
  const { script, flow } = w;
  if (/^esac\b/.test(script.slice(at, at + 5))) {
    close(flow, "case");
    return at + 4;
  }
  const from = script[at] === "(" ? at + 1 : at;
  const length = script.slice(from, from + 400).indexOf(")");
  if (length < 0) {
    close(flow, "case");
    return at + 1;
  }
  const patterns = script.slice(from, from + length).split("|");
  enterPattern(
    frame,
    patterns.map((pattern) => pattern.trim().replaceAll(/["']/g, "")),
  );
  return from + length + 1;
}

/** `(( A > 1 ))`. */
export function readArithmetic(w: Walk, at: number): number {
  const inner = w.script.slice(at + 2, at + 202);
  const end = inner.indexOf("))");
  w.test = end < 0 ? "maybe" : arithmeticOutcome(inner.slice(0, end), w.state);
  return at + (end < 0 ? 2 : end + 4);
}

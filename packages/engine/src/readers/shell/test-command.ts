import { calculate } from "./expand.ts";
import type { ShellState } from "./state.ts";
import { readWord } from "./word.ts";

/** Does a command succeed, by what the script states? */
export type Outcome = "yes" | "no" | "maybe";

export const both = (a: Outcome, b: Outcome): Outcome =>
  a === "no" || b === "no" ? "no" : a === "maybe" || b === "maybe" ? "maybe" : "yes";
export const not = (a: Outcome): Outcome => (a === "yes" ? "no" : a === "no" ? "yes" : "maybe");
export const either = (a: Outcome, b: Outcome): Outcome => not(both(not(a), not(b)));

const outcome = (value: boolean): Outcome => (value ? "yes" : "no");

/** `[ … ]`, `[[ … ]]`, `test …`: null texts are not known. */
function testOutcome(texts: readonly (string | null)[], double: boolean): Outcome {
  const last = texts.at(-1);
  const inner = texts.slice(1, last === "]" || last === "]]" ? -1 : undefined);
  // `||` binds weaker than `&&`.
  const alternatives = splitAt(inner, "||", "-o").map((part) =>
    splitAt(part, "&&", "-a")
      .map((words) => single(words, double))
      .reduce(both, "yes"),
  );
  return alternatives.reduce(either, "no");
}

function splitAt(words: readonly (string | null)[], ...separators: readonly string[]): readonly (string | null)[][] {
  const parts: (string | null)[][] = [[]];
  for (const word of words) {
    if (word !== null && separators.includes(word)) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts;
}

function single(words: readonly (string | null)[], double: boolean): Outcome {
  if (words[0] === "!") return not(single(words.slice(1), double));
  const [a, operator, b] = words;
  if (words.length === 1) return a === null ? "maybe" : outcome(a !== "");
  if (words.length === 2) {
    if (operator === null || operator === undefined) return "maybe";
    return a === "-z" ? outcome(operator === "") : a === "-n" ? outcome(operator !== "") : "maybe";
  }
  if (words.length !== 3 || a === null || b === null || a === undefined || b === undefined) return "maybe";
  switch (operator) {
    case "=":
    case "==":
      return likePattern(a, b, double);
    case "!=":
      return not(likePattern(a, b, double));
    case "=~":
      return likeWords(a, b);
    case "-eq":
    case "-ne":
    case "-gt":
    case "-ge":
    case "-lt":
    case "-le":
      return compare(a, operator, b);
    default:
      return "maybe";
  }
}

/** `[[ $MODEL == /* ]]`: stars are all that is followed of a pattern. */
function likePattern(text: string, pattern: string, double: boolean): Outcome {
  if (!/[*?[]/.test(pattern)) return outcome(text === pattern);
  if (!double || /[?[\\]/.test(pattern)) return "maybe";
  const [head = "", ...rest] = pattern.split("*");
  const tail = rest.pop() ?? "";
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return "no";
  let at = head.length;
  for (const part of rest) {
    const found = text.slice(0, text.length - tail.length).indexOf(part, at);
    if (found < 0) return "no";
    at = found + part.length;
  }
  return "yes";
}

/** `[[ $MODEL =~ (qwen|llama) ]]`: words side by side are all that is followed of an expression. */
function likeWords(text: string, expression: string): Outcome {
  if (!/^\(?[\w/|-]{1,200}\)?$/.test(expression)) return "maybe";
  const words = expression.replaceAll(/[()]/g, "").split("|");
  return outcome(words.some((word) => text.includes(word)));
}

function compare(a: string, operator: string, b: string): Outcome {
  // The shell calls an empty number an error, and the test fails.
  if (a === "" || b === "") return "no";
  if (!/^-?\d{1,12}$/.test(a) || !/^-?\d{1,12}$/.test(b)) return "maybe";
  const difference = Number(a) - Number(b);
  switch (operator) {
    case "-eq":
      return outcome(difference === 0);
    case "-ne":
      return outcome(difference !== 0);
    case "-gt":
      return outcome(difference > 0);
    case "-ge":
      return outcome(difference >= 0);
    case "-lt":
      return outcome(difference < 0);
    default:
      return outcome(difference <= 0);
  }
}

const ARITHMETIC: readonly (readonly [string, string])[] = [
  [">=", "-ge"],
  ["<=", "-le"],
  ["==", "-eq"],
  ["!=", "-ne"],
  [">", "-gt"],
  ["<", "-lt"],
];

/** `(( A > 1 ))`. */
export function arithmeticOutcome(expression: string, state: ShellState): Outcome {
  const found = ARITHMETIC.find(([sign]) => expression.includes(sign));
  if (!found) return "maybe";
  const [sign, operator] = found;
  const at = expression.indexOf(sign);
  const a = calculate(expression.slice(0, at), state);
  const b = calculate(expression.slice(at + sign.length), state);
  return a === null || b === null ? "maybe" : compare(a, operator, b);
}

const MAX_TEST_WORDS = 60;

/** `[ … ]` or `[[ … ]]` at an offset; what nothing sets is empty in it. */
export function readTest(
  script: string,
  at: number,
  to: number,
  state: ShellState,
): { readonly outcome: Outcome; readonly next: number } {
  const texts: (string | null)[] = [];
  const double = script[at + 1] === "[";
  let i = at;
  while (i < to && texts.length < MAX_TEST_WORDS) {
    const c = script.charAt(i);
    if (!double && /[\n();|&<>]/.test(c)) break;
    if (/\s/.test(c)) i += 1;
    else if (double && texts.at(-1) === "=~") {
      const expression = /^[^\s"'$\\]{1,400}/.exec(script.slice(i, i + 400))?.[0];
      texts.push(expression ?? null);
      i += expression?.length ?? 1;
    } else if (script.startsWith("&&", i) || script.startsWith("||", i)) {
      texts.push(script.slice(i, i + 2));
      i += 2;
    } else if (/[();|&<>]/.test(c)) {
      texts.push(null);
      i += 1;
    } else {
      const word = readWord(script, i, state, { unsetIsEmpty: true });
      texts.push(word.known ? (word.text ?? "") : null);
      state.budget.words -= 1;
      i = word.next;
      if (word.raw === "]" || word.raw === "]]") break;
    }
  }
  return { outcome: testOutcome(texts, double), next: Math.max(i, at + 1) };
}

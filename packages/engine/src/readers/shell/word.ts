import { expand } from "./expand.ts";
import { MAX_EXPANDED, type ShellState, type ShellWord } from "./state.ts";

export interface Word {
  readonly raw: string;
  readonly known: boolean;
  /** Several where an unquoted variable holds several words, or a list is spread. */
  readonly words: readonly ShellWord[];
  /** Text as one word; null: not known. */
  readonly text: string | null;
  readonly next: number;
}

export interface WordOptions {
  /** In a test, what nothing sets is empty. */
  readonly unsetIsEmpty?: boolean;
}

/** GitHub's `${{ env.NAME }}`. */
const ENVIRONMENT_OF_A_WORKFLOW = /\$\{\{\s{0,4}env\.\w{1,100}\s{0,4}\}\}/g;
const ENDS_WORD = /[\s;&|()<>]/;

/** Reads one word from `from`; linear in its length. */
export function readWord(script: string, from: number, state: ShellState, options: WordOptions = {}): Word {
  let i = from;
  let known = true;
  let quote = "";
  const done: string[] = [];
  let current = "";
  let started = false;
  let expanded = 0;
  let items: readonly ShellWord[] | undefined;
  while (i < script.length) {
    const c = script.charAt(i);
    if (quote === "" && ENDS_WORD.test(c)) break;
    if (c === "\\" && quote !== "'") {
      const next = script[i + 1] ?? "";
      if (next !== "\n") current += quote === '"' && !/["\\$`]/.test(next) ? `\\${next}` : next;
      started = true;
      i += 2;
    } else if (quote === "" && (c === "'" || c === '"')) {
      quote = c;
      started = true;
      i += 1;
    } else if (c === quote) {
      quote = "";
      i += 1;
    } else if (c === "`" && quote !== "'") {
      known = false;
      const end = script.indexOf("`", i + 1);
      i = end < 0 ? script.length : end + 1;
    } else if (c === "$" && (quote !== "'" || state.inHeredoc)) {
      const expansion = expand(script, i, state);
      i = Math.max(expansion.next, i + 1);
      const value = expansion.unset && options.unsetIsEmpty ? "" : expansion.value;
      expanded += value?.length ?? 0;
      if (expansion.items) items = expansion.items;
      if (value === null || expanded > MAX_EXPANDED) known = false;
      else if (quote === "") {
        const parts = value.split(/\s+/);
        current += parts[0] ?? "";
        for (const part of parts.slice(1)) {
          if (current !== "") done.push(current);
          current = part;
        }
      } else current += value;
    } else {
      current += c;
      i += 1;
    }
  }
  const next = Math.max(i, from + 1);
  const raw = script.slice(from, i);
  if (raw.includes("{{") && raw.replaceAll(ENVIRONMENT_OF_A_WORKFLOW, "").includes("{{")) known = false;
  if (items && /^"?\$\{?[@*\w]{1,200}(?:\[[@*]\])?\}?"?$/.test(raw))
    return { raw, known: true, words: items, text: null, next };
  // A variable that is set to nothing leaves no word.
  const texts = current !== "" || (started && done.length === 0) ? [...done, current] : done;
  const placed = (text: string | null): ShellWord => ({ text, raw, start: from, end: i });
  return { raw, known, words: known ? texts.map(placed) : [placed(null)], text: known ? texts.join(" ") : null, next };
}

const MAX_ITEMS = 1_000;

/** `( a b c )` behind `NAME=`: its items and what follows the bracket. */
export function readArray(
  script: string,
  from: number,
  state: ShellState,
): { readonly items: readonly ShellWord[]; readonly next: number } {
  const items: ShellWord[] = [];
  let i = from + 1;
  while (i < script.length) {
    const c = script.charAt(i);
    if (c === ")") return { items, next: i + 1 };
    if (c === "#") {
      const end = script.indexOf("\n", i);
      i = end < 0 ? script.length : end;
    } else if (c === "\\" && /[\r\n]/.test(script[i + 1] ?? "")) i += 2;
    else if (/[\s;&|(<>]/.test(c)) i += 1;
    else {
      const word = readWord(script, i, state);
      if (items.length < MAX_ITEMS) items.push(...word.words);
      state.budget.words -= Math.max(1, word.words.length);
      if (state.budget.words < 0) return { items, next: script.length };
      i = word.next;
    }
  }
  return { items, next: script.length };
}

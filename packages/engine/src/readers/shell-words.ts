/** One word of a command line; `text` is null where a part of it is not known. */
export interface ShellWord {
  readonly text: string | null;
  /** As written, for messages and for finding its place. */
  readonly raw: string;
}

/** Values of variables; a name that maps to null is set to something unknown. */
export type Variables = ReadonlyMap<string, string | null>;

const ASSIGNMENT = /^([A-Za-z_]\w{0,100})=/;
const MAX_WORDS = 5_000;
/** Longer values are no flag of an engine; a variable made of itself doubles at each assignment. */
const MAX_TEXT = 4_096;
const MAX_EXPANDED = 65_536;

/** Kubernetes' own `$(NAME)`: replaced where the container sets NAME, else left as it is. */
export function expandKubernetes(text: string, variables: Variables): string | null {
  let unknown = false;
  let length = text.length;
  const out = text.replace(/\$\(([A-Za-z_][\w.-]{0,200})\)/g, (whole, name: string) => {
    if (!variables.has(name)) return whole;
    const value = variables.get(name) ?? null;
    length += value?.length ?? 0;
    if (value === null || length > MAX_EXPANDED) unknown = true;
    return unknown ? "" : (value ?? whole);
  });
  return unknown || out.includes("{{") ? null : out;
}

/**
 * Splits a shell script into commands of words: quotes, line continuations, comments, `&&`, `;`, `|`, `export X=…`.
 * Variables are replaced where known; a command substitution is not run: its word is unknown. Linear in the text.
 */
export function shellCommands(script: string, given: Variables): readonly (readonly ShellWord[])[] {
  const variables = new Map(given);
  const commands: ShellWord[][] = [];
  let words: ShellWord[] = [];
  let total = 0;
  let i = 0;
  const endCommand = () => {
    if (words.length > 0) commands.push(words);
    words = [];
  };
  while (i < script.length && total < MAX_WORDS) {
    const c = script.charAt(i);
    if (c === "\\" && script[i + 1] === "\n") i += 2;
    else if (c === "\n" || c === ";" || c === "&" || c === "|" || c === "(" || c === ")") {
      endCommand();
      i += 1;
    } else if (c === " " || c === "\t" || c === "\r") i += 1;
    else if (c === "#") {
      const end = script.indexOf("\n", i);
      i = end < 0 ? script.length : end;
    } else {
      const word = readWord(script, i, variables);
      i = word.next;
      const assignment = ASSIGNMENT.exec(word.raw);
      const onlyAssignments = words.every((w) => w.raw === "export" || w.raw === "env");
      if (assignment?.[1] && onlyAssignments) {
        const value = word.known ? word.texts.join(" ").slice(assignment[0].length) : null;
        variables.set(assignment[1], value !== null && value.length <= MAX_TEXT ? value : null);
        continue;
      }
      total += Math.max(1, word.texts.length);
      if (word.known) for (const text of word.texts) words.push({ text, raw: word.raw });
      else words.push({ text: null, raw: word.raw });
    }
  }
  endCommand();
  return commands;
}

interface Word {
  readonly raw: string;
  readonly known: boolean;
  /** Several where an unquoted variable holds several words. */
  readonly texts: readonly string[];
  readonly next: number;
}

function readWord(script: string, from: number, variables: Variables): Word {
  let i = from;
  let known = true;
  let quote = "";
  const done: string[] = [];
  let current = "";
  let started = false;
  let expanded = 0;
  while (i < script.length) {
    const c = script.charAt(i);
    if (quote === "" && /[\s;&|()]/.test(c)) break;
    if (c === "\\" && quote !== "'") {
      if (script[i + 1] !== "\n") current += script[i + 1] ?? "";
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
    } else if (c === "$" && quote !== "'") {
      const expansion = expand(script, i, variables);
      i = expansion.next;
      expanded += expansion.value?.length ?? 0;
      if (expansion.value === null || expanded > MAX_EXPANDED) known = false;
      else if (quote === "") {
        const parts = expansion.value.split(/\s+/);
        current += parts[0] ?? "";
        for (const part of parts.slice(1)) {
          if (current !== "") done.push(current);
          current = part;
        }
      } else current += expansion.value;
    } else {
      current += c;
      i += 1;
    }
  }
  const raw = script.slice(from, i);
  if (raw.includes("{{")) known = false;
  // A variable that is set to nothing leaves no word.
  const texts = current !== "" || (started && done.length === 0) ? [...done, current] : done;
  return { raw, known, texts, next: Math.max(i, from + 1) };
}

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+alternative}`, `$(…)`. */
function expand(
  script: string,
  at: number,
  variables: Variables,
): { readonly value: string | null; readonly next: number } {
  const after = script[at + 1];
  if (after === "(") {
    const named = /^\$\(([A-Za-z_]\w{0,200})\)/.exec(script.slice(at, at + 210));
    if (named?.[1] && variables.has(named[1]))
      return { value: variables.get(named[1]) ?? null, next: at + named[0].length };
    let depth = 0;
    for (let i = at + 1; i < script.length; i += 1) {
      if (script[i] === "(") depth += 1;
      else if (script[i] === ")") {
        depth -= 1;
        if (depth === 0) return { value: null, next: i + 1 };
      }
    }
    return { value: null, next: script.length };
  }
  if (after === "{") {
    const end = script.indexOf("}", at);
    if (end < 0) return { value: null, next: script.length };
    const inner = /^([A-Za-z_]\w{0,200})(?::?([-+=])([\s\S]*))?$/.exec(script.slice(at + 2, end));
    const name = inner?.[1];
    if (name === undefined) return { value: null, next: end + 1 };
    const set = variables.get(name);
    const operator = inner?.[2];
    if (operator === "+") return { value: set ? (inner?.[3] ?? "") : variables.has(name) ? null : "", next: end + 1 };
    if (operator && !variables.has(name)) return { value: inner?.[3] ?? "", next: end + 1 };
    return { value: set ?? null, next: end + 1 };
  }
  const name = /^[A-Za-z_]\w{0,200}/.exec(script.slice(at + 1, at + 203))?.[0];
  if (name === undefined) return { value: "$", next: at + 1 };
  return { value: variables.get(name) ?? null, next: at + 1 + name.length };
}

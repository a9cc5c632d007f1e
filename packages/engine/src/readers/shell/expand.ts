import { type ShellState, type ShellWord, textOf } from "./state.ts";

export interface Expansion {
  /** null: not known. */
  readonly value: string | null;
  readonly next: number;
  /** Nothing in the script sets it: empty in a test, unknown elsewhere. */
  readonly unset?: true;
  /** `${ARRAY[@]}`: one word for each item. */
  readonly items?: readonly ShellWord[];
}

/** Expansions within expansions that are followed. */
const MAX_NESTED = 4;
const MAX_BRACES = 2_000;

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+alternative}`, `${ARRAY[@]}`, `$1`, `$((…))`; `$(…)` is not run. */
export function expand(script: string, at: number, state: ShellState, depth = 0): Expansion {
  const after = script[at + 1] ?? "";
  if (after === "(") return expandParentheses(script, at, state);
  if (after === "{") return expandBraces(script, at, state, depth);
  if (/[0-9]/.test(after)) return { ...positional(Number(after), state), next: at + 2 };
  if (after === "#") {
    const count = Array.isArray(state.positional) ? state.positional.length : 0;
    return { value: state.positional === "unknown" ? null : String(count), next: at + 2 };
  }
  if (after === "@" || after === "*") return { ...allPositional(state, at), next: at + 2 };
  if (after === "?" || after === "!" || after === "$") return { value: null, next: at + 2 };
  const name = /^[A-Za-z_]\w{0,200}/.exec(script.slice(at + 1, at + 203))?.[0];
  if (name === undefined) return { value: "$", next: at + 1 };
  return { ...variableValue(name, state), next: at + 1 + name.length };
}

type Value = Omit<Expansion, "next">;
const UNSET: Value = { value: null, unset: true };

function variableValue(name: string, { variables }: ShellState): Value {
  const value = textOf(variables.get(name));
  return value === undefined ? UNSET : { value };
}

function positional(index: number, state: ShellState): Value {
  if (state.positional === "unknown" || index === 0) return { value: null };
  const value = state.positional?.[index - 1];
  return value === undefined ? UNSET : { value };
}

function allPositional({ positional: given }: ShellState, at: number): Value {
  if (!Array.isArray(given)) return { value: null };
  const items = given.map((text) => ({ text, raw: text ?? "$@", start: at, end: at + 2 }));
  return { value: given.includes(null) ? null : given.join(" "), items };
}

function expandParentheses(script: string, at: number, state: ShellState): Expansion {
  // Kubernetes' own `$(NAME)` in a script of a manifest.
  const named = /^\$\(([A-Za-z_]\w{0,200})\)/.exec(script.slice(at, at + 210));
  if (named?.[1] && state.variables.has(named[1]))
    return { value: textOf(state.variables.get(named[1])) ?? null, next: at + named[0].length };
  let depth = 0;
  for (let i = at + 1; i < script.length; i += 1) {
    if (script[i] === "(") depth += 1;
    else if (script[i] === ")") {
      depth -= 1;
      if (depth > 0) continue;
      const arithmetic = script[at + 2] === "(" && script[i - 1] === ")";
      return {
        value: arithmetic ? calculate(script.slice(at + 3, Math.min(i - 1, at + 103)), state) : null,
        next: i + 1,
      };
    }
  }
  return { value: null, next: script.length };
}

/** Sums and products of whole numbers and known variables. */
export function calculate(expression: string, state: ShellState): string | null {
  const parts = expression.match(/\$?\{?[A-Za-z_]\w{0,60}\}?|\d{1,12}|[-+*/]|\S/g) ?? [];
  const numbers: number[] = [];
  let operator = "+";
  let expectNumber = true;
  for (const part of parts.slice(0, 40)) {
    if (!expectNumber) {
      if (!/^[-+*/]$/.test(part)) return null;
      operator = part;
      expectNumber = true;
      continue;
    }
    const name = part.replace(/^\$?\{?/, "").replace(/\}$/, "");
    const text = /^\d/.test(part) ? part : textOf(state.variables.get(name));
    if (text === undefined || text === null || !/^-?\d{1,12}$/.test(text)) return null;
    const last = numbers.at(-1);
    if (operator === "*" && last !== undefined) numbers[numbers.length - 1] = last * Number(text);
    else if (operator === "/" && last !== undefined) numbers[numbers.length - 1] = Math.trunc(last / Number(text));
    else numbers.push(operator === "-" ? -Number(text) : Number(text));
    expectNumber = false;
  }
  const sum = numbers.reduce((a, b) => a + b, 0);
  return expectNumber || !Number.isSafeInteger(sum) ? null : String(sum);
}

function expandBraces(script: string, at: number, state: ShellState, depth: number): Expansion {
  const end = closingBrace(script, at + 2);
  if (end < 0) return { value: null, next: Math.min(script.length, at + MAX_BRACES) };
  const inner = script.slice(at + 2, end);
  const next = end + 1;
  const ofWorkflow = /^\{\s{0,4}env\.(\w{1,100})\s{0,4}\}$/.exec(inner)?.[1];
  if (ofWorkflow !== undefined) return { ...variableValue(ofWorkflow, state), next };
  // Terraform's `${var.name}` in a start script.
  if (/^(?:var|local)\.[\w-]{1,100}$/.test(inner)) return { ...variableValue(inner, state), next };
  const array = /^([A-Za-z_]\w{0,200})\[[@*]\]$/.exec(inner)?.[1];
  if (array !== undefined) return { ...itemsOf(array, state), next };
  if (inner === "@" || inner === "*") return { ...allPositional(state, at), next };
  const parts = /^([A-Za-z_]\w{0,200}|\d{1,2})(?:(:?[-+=?])([\s\S]*))?$/.exec(inner);
  const name = parts?.[1];
  if (name === undefined) return { value: null, next };
  const known = /^\d/.test(name) ? positional(Number(name), state) : variableValue(name, state);
  const operator = parts?.[2];
  if (operator === undefined) return { ...known, next };
  const kind = operator.slice(-1);
  const rest = parts?.[3] ?? "";
  const word = (): string | null => (depth >= MAX_NESTED ? null : expandText(rest, state, depth + 1));
  const empty = known.unset === true || (known.value === "" && operator.startsWith(":"));
  if (kind === "+") {
    if (!known.unset && known.value === null) return { value: null, next };
    return { value: empty ? "" : word(), next };
  }
  if (kind === "?") return { ...known, next };
  if (!empty) return { ...known, next };
  const value = word();
  if (kind === "=" && !/^\d/.test(name)) state.variables.set(name, value);
  return { value, next };
}

function itemsOf(name: string, { variables }: ShellState): Value {
  const value = variables.get(name);
  if (value === undefined || value === null)
    return { value: null, ...(value === undefined ? { unset: true as const } : {}) };
  return typeof value === "string" ? { value } : { value: textOf(value) ?? null, items: value };
}

/** The brace that closes `${`, over nested ones; -1: none near. */
function closingBrace(script: string, from: number): number {
  let depth = 1;
  const last = Math.min(script.length, from + MAX_BRACES);
  for (let i = from; i < last; i += 1) {
    const c = script[i];
    if (c === "\\") i += 1;
    else if (c === "{") depth += 1;
    else if (c === "}") {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return -1;
}

/** Text of a default value: quotes removed, variables replaced. */
function expandText(written: string, state: ShellState, depth: number): string | null {
  let out = "";
  let quote = "";
  for (let i = 0; i < written.length; ) {
    const c = written.charAt(i);
    if (c === "$" && quote !== "'") {
      const expansion = expand(written, i, state, depth);
      if (expansion.value === null) return null;
      out += expansion.value;
      i = Math.max(expansion.next, i + 1);
    } else if (c === "`" && quote !== "'") return null;
    else if (c === "\\" && quote !== "'") {
      out += written[i + 1] ?? "";
      i += 2;
    } else if (c === quote || (quote === "" && (c === '"' || c === "'"))) {
      quote = quote === "" ? c : "";
      i += 1;
    } else {
      out += c;
      i += 1;
    }
  }
  return out;
}

/** What stands between `{{` and `}}`: pipelines of commands, as Go's text/template reads them. */
export type Expression =
  | {
      readonly kind: "literal";
      readonly value: string | number | boolean | null;
      readonly start: number;
      readonly end: number;
    }
  /** `.a.b`, `$x.a`, `$`: the base is the dot ("") or a variable's name. */
  | { readonly kind: "path"; readonly base: string; readonly keys: readonly string[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly start: number }
  /** `(pipeline).a.b` */
  | { readonly kind: "field"; readonly of: Expression; readonly keys: readonly string[] };

export interface Pipeline {
  /** `$x :=`, `$k, $v :=`; `=` assigns to one that is there. */
  readonly declares: readonly string[];
  readonly assigns: boolean;
  readonly expression: Expression;
}

interface Token {
  readonly type: "name" | "path" | "string" | "number" | "(" | ")" | "|" | ":=" | "=" | ",";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** No white space before it. */
  readonly glued: boolean;
}

const MAX_TOKENS = 500;
const MAX_DEPTH = 30;

/** Tokens of an action, or null where it is none that Go would read. `offset` is where the text starts in its file. */
function tokenize(text: string, offset: number): readonly Token[] | null {
  const tokens: Token[] = [];
  let i = 0;
  let glued = false;
  const push = (type: Token["type"], value: string, length: number): void => {
    tokens.push({ type, text: value, start: offset + i, end: offset + i + length, glued });
    i += length;
    glued = true;
  };
  while (i < text.length) {
    if (tokens.length > MAX_TOKENS) return null;
    const c = text.charAt(i);
    if (/\s/.test(c)) {
      i += 1;
      glued = false;
      continue;
    }
    const rest = text.slice(i, i + 300);
    const word =
      /^(?:\$?[A-Za-z_]\w{0,100}|\$)?(?:\.[A-Za-z_]\w{0,100}){1,20}|^\$(?:[A-Za-z_]\w{0,100})?|^\.(?![\w])/.exec(
        rest,
      )?.[0];
    const name = /^[A-Za-z_]\w{0,100}/.exec(rest)?.[0];
    const number = /^[-+]?\d{1,20}(?:\.\d{1,20})?/.exec(rest)?.[0];
    if (c === '"' || c === "`" || c === "'") {
      const string = readString(text, i, c);
      if (!string) return null;
      push("string", string.value, string.length);
    } else if (c === "(" || c === ")" || c === "|" || c === ",") push(c, c, 1);
    else if (rest.startsWith(":=")) push(":=", ":=", 2);
    else if (c === "=") push("=", "=", 1);
    else if (word !== undefined && !/^[A-Za-z_]/.test(word)) push("path", word, word.length);
    else if (name !== undefined) push("name", name, name.length);
    else if (number !== undefined) push("number", number, number.length);
    else return null;
  }
  return tokens;
}

function readString(
  text: string,
  from: number,
  quote: string,
): { readonly value: string; readonly length: number } | null {
  let value = "";
  for (let i = from + 1; i < text.length; i += 1) {
    const c = text.charAt(i);
    if (c === quote) return { value, length: i + 1 - from };
    if (c === "\\" && quote !== "`") {
      i += 1;
      const next = text.charAt(i);
      value += next === "n" ? "\n" : next === "t" ? "\t" : next;
    } else value += c;
  }
  return null;
}

/** An action's text → its pipeline; null where it is none that is read. */
export function parsePipeline(text: string, offset: number): Pipeline | null {
  const tokens = tokenize(text, offset);
  if (!tokens) return null;
  const declares: string[] = [];
  let at = 0;
  let assigns = false;
  const sign = tokens.findIndex(({ type }) => type === ":=" || type === "=");
  if (sign > 0 && sign <= 3) {
    for (const token of tokens.slice(0, sign)) {
      if (token.type === "path" && /^\$\w+$/.test(token.text)) declares.push(token.text.slice(1));
      else if (token.type !== ",") return null;
    }
    assigns = tokens[sign]?.type === "=";
    at = sign + 1;
  }
  const cursor = { tokens, at };
  const expression = pipeline(cursor, 0);
  return expression && cursor.at === tokens.length ? { declares, assigns, expression } : null;
}

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

/** `a | b c` = `b c a`. */
function pipeline(cursor: Cursor, depth: number): Expression | null {
  if (depth > MAX_DEPTH) return null;
  let value = command(cursor, depth, null);
  while (value && cursor.tokens[cursor.at]?.type === "|") {
    cursor.at += 1;
    value = command(cursor, depth, value);
  }
  return value;
}

function command(cursor: Cursor, depth: number, last: Expression | null): Expression | null {
  const first = cursor.tokens[cursor.at];
  if (!first) return null;
  if (first.type !== "name" || isConstant(first.text)) return last ? null : operand(cursor, depth);
  cursor.at += 1;
  const args: Expression[] = [];
  for (
    let next = cursor.tokens[cursor.at];
    next && next.type !== "|" && next.type !== ")";
    next = cursor.tokens[cursor.at]
  ) {
    const argument = operand(cursor, depth);
    if (!argument) return null;
    args.push(argument);
  }
  return { kind: "call", name: first.text, args: last ? [...args, last] : args, start: first.start };
}

const isConstant = (name: string): boolean => name === "true" || name === "false" || name === "nil";

function operand(cursor: Cursor, depth: number): Expression | null {
  const token = cursor.tokens[cursor.at];
  if (!token) return null;
  cursor.at += 1;
  const { start, end, text } = token;
  switch (token.type) {
    case "string":
      return { kind: "literal", value: text, start, end };
    case "number":
      return { kind: "literal", value: Number(text), start, end };
    case "name":
      if (isConstant(text)) return { kind: "literal", value: text === "nil" ? null : text === "true", start, end };
      return { kind: "call", name: text, args: [], start };
    case "path": {
      const [base = "", ...keys] = text === "." ? [""] : text.split(".");
      return { kind: "path", base, keys };
    }
    case "(": {
      const inner = pipeline(cursor, depth + 1);
      if (!inner || cursor.tokens[cursor.at]?.type !== ")") return null;
      cursor.at += 1;
      const after = cursor.tokens[cursor.at];
      if (after?.type !== "path" || !after.glued || !after.text.startsWith(".")) return inner;
      cursor.at += 1;
      return { kind: "field", of: inner, keys: after.text.split(".").slice(1) };
    }
    default:
      return null;
  }
}

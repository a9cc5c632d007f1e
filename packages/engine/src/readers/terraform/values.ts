import { type Attribute, type Body, closingQuote, heredocEnd, readHcl, readObject, type Span } from "./hcl.ts";

/** Texts that variables and locals stand for, where a file gives them. */
export interface HclScope {
  readonly variables: ReadonlyMap<string, string>;
  readonly locals: ReadonlyMap<string, string>;
}

const MAX_DEPTH = 8;

/** `variable` defaults, `locals` and tfvars of the files of one module. */
export function scopeOf(texts: readonly { readonly text: string; readonly is_values: boolean }[]): HclScope {
  const variables = new Map<string, string>();
  const locals = new Map<string, string>();
  for (const { text, is_values } of texts) {
    const { attributes, blocks } = readHcl(text);
    if (is_values) for (const [name, value] of attributes) variables.set(name, text.slice(value.start, value.end));
    for (const { type, labels, body } of blocks) {
      const fallback = body.attributes.get("default");
      if (type === "variable" && labels[0] !== undefined && fallback && !variables.has(labels[0]))
        variables.set(labels[0], text.slice(fallback.start, fallback.end));
      if (type === "locals")
        for (const [name, value] of body.attributes) locals.set(name, text.slice(value.start, value.end));
    }
  }
  return { variables, locals };
}

/** Value of an expression as text; null: not known. */
export function evaluateHcl(expression: string, scope: HclScope, depth = 0): string | null {
  const text = expression.trim();
  if (depth > MAX_DEPTH || text.length > 4_000) return null;
  if (/^-?\d{1,15}(?:\.\d{1,10})?$/.test(text) || /^(?:true|false)$/.test(text)) return text;
  if (text === "null") return "";
  if (text.startsWith('"') && closingQuote(text, 0, text.length) === text.length)
    return template(text.slice(1, -1), scope, depth);
  const reference = /^(var|local)\.([\w-]{1,100})$/.exec(text);
  if (reference?.[2] !== undefined) {
    const value = (reference[1] === "var" ? scope.variables : scope.locals).get(reference[2]);
    return value === undefined ? null : evaluateHcl(value, scope, depth + 1);
  }
  const wrapped = /^(?:tostring|tonumber|jsonencode|trimspace|nonsensitive)\(([\s\S]*)\)$/.exec(text);
  return wrapped?.[1] === undefined ? null : evaluateHcl(wrapped[1], scope, depth + 1);
}

/** `"${var.a}/b"`: null where a part is not known. */
function template(inner: string, scope: HclScope, depth: number): string | null {
  let out = "";
  let i = 0;
  while (i < inner.length) {
    const open = inner.indexOf("${", i);
    if (open < 0) return out + unescapeHcl(inner.slice(i));
    const close = inner.indexOf("}", open);
    if (close < 0) return null;
    const value = evaluateHcl(inner.slice(open + 2, close), scope, depth + 1);
    if (value === null) return null;
    out += unescapeHcl(inner.slice(i, open)) + value;
    i = close + 1;
  }
  return out;
}

const unescapeHcl = (text: string): string => text.replaceAll(/\\(["\\])/g, "$1").replaceAll("\\n", "\n");

/** Objects that an expression is made of: `{…}`, or those that `merge(…)` joins; what is chosen by a condition is left out. */
export function objectsIn(text: string, { start, end }: Span): readonly Body[] {
  const expression = text.slice(start, end);
  if (/^\s{0,80}\{/.test(expression)) return [readObject(text, text.indexOf("{", start) + 1, end)];
  if (!/^\s{0,80}merge\(/.test(expression)) return [];
  const found: Body[] = [];
  let depth = 0;
  let conditional = false;
  let from = start + expression.indexOf("(") + 1;
  for (let i = from; i < end; i += 1) {
    const c = text.charAt(i);
    if (c === '"') i = closingQuote(text, i, end) - 1;
    else if (c === "?" && depth === 0) conditional = true;
    else if (c === "," && depth === 0) conditional = false;
    else if (c === "{" || c === "(" || c === "[") {
      if (c === "{" && depth === 0) from = i + 1;
      depth += 1;
    } else if (c === "}" || c === ")" || c === "]") {
      depth -= 1;
      if (c === "}" && depth === 0 && !conditional) found.push(readObject(text, from, i));
    }
  }
  return found;
}

/** The text of a heredoc in an expression, with its place. */
export function heredocIn(text: string, { start, end }: Attribute): Span | null {
  const at = text.slice(start, Math.min(end, start + 200)).indexOf("<<");
  return at < 0 ? null : (heredocEnd(text, start + at, end)?.body ?? null);
}

import type { Variables } from "../shell-words.ts";

const NAME = /^[A-Za-z_]\w{0,200}/;
const MAX_NESTED = 4;
const MAX_LENGTH = 65_536;

/**
 * Compose's own variables: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}`, `$$`.
 * null: one is set nowhere that was read, and has no default. Linear in the text.
 */
export function interpolate(text: string, variables: Variables, depth = 0): string | null {
  let out = "";
  let i = 0;
  while (i < text.length) {
    const dollar = text.indexOf("$", i);
    if (dollar < 0) break;
    out += text.slice(i, dollar);
    const rest = text.charAt(dollar + 1);
    if (rest === "$") {
      out += "$";
      i = dollar + 2;
    } else if (rest === "{") {
      const end = closing(text, dollar + 2);
      const value = end < 0 ? null : braced(text.slice(dollar + 2, end), variables, depth);
      if (value === null) return null;
      out += value;
      i = end + 1;
    } else {
      const name = NAME.exec(text.slice(dollar + 1, dollar + 203))?.[0];
      const value = name === undefined ? "$" : (variables.get(name) ?? null);
      if (value === null) return null;
      out += value;
      i = dollar + 1 + (name?.length ?? 0);
    }
    if (out.length > MAX_LENGTH) return null;
  }
  return out + text.slice(i);
}

/** The brace that closes the one before `from`. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === "{") depth += 1;
    else if (text[i] === "}") {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return -1;
}

function braced(inner: string, variables: Variables, depth: number): string | null {
  const name = NAME.exec(inner)?.[0];
  if (name === undefined || depth > MAX_NESTED) return null;
  const [, operator = "", other = ""] = /^(:?[-+?]|)([\s\S]*)$/.exec(inner.slice(name.length)) ?? [];
  const set = variables.get(name);
  const isSet = variables.has(name) && (set !== "" || !operator.startsWith(":"));
  const alternative = () => interpolate(other, variables, depth + 1);
  if (operator.endsWith("+")) return isSet ? alternative() : "";
  if (operator.endsWith("-") && !isSet) return alternative();
  return set ?? null;
}

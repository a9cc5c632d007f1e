/** Calls that load a model, where the rest of a file does not parse. */
const LOADS =
  /\b(?:(?:AutoModel\w{0,40}|\w{1,60}ForCausalLM)\s{0,8}\.\s{0,8}from_pretrained|LLM|AsyncEngineArgs|EngineArgs|pipeline)\s{0,8}\(/g;
/** Lines that stand on their own: imports, and constants of the module. */
const PLAIN_LINE =
  /^(?:(?:from|import)\s[^\\(]{1,300}|[A-Za-z_]\w{0,60}\s{0,4}=\s{0,4}(?:[\w.+-]{1,80}|"[^"\\\n]{0,300}"|'[^'\\\n]{0,300}')\s{0,20}(?:#.{0,300})?)$/;
const MAX_CALL = 4_000;
const MAX_CALLS = 60;
const MAX_TRIES = 500;

/**
 * What can be saved of a file that does not parse: calls that load a model, imports and constants, each where it was; all
 * else is blank. Comments and strings are no calls. Null: nothing of it loads a model.
 */
export function salvage(content: string): string | null {
  const code = withoutText(content);
  const kept: (readonly [number, number])[] = [];
  let left = MAX_TRIES;
  for (const { index, 0: head } of code.matchAll(LOADS)) {
    left -= 1;
    if (left < 0) break;
    const end = closingBracket(code, index + head.length);
    if (end !== null && kept.length < MAX_CALLS) kept.push([startOfLine(code, index), end]);
  }
  if (kept.length === 0) return null;
  let offset = 0;
  let next = 0;
  const lines = content.split("\n").map((line) => {
    const start = offset;
    const end = start + line.length;
    offset = end + 1;
    while ((kept[next]?.[1] ?? Number.POSITIVE_INFINITY) <= start) next += 1;
    const [from, to] = kept[next] ?? [end, end];
    const isPlain = PLAIN_LINE.test(line.slice(0, 400)) && code.slice(start, end).trim() !== "";
    if (isPlain && (from >= end || from === start)) return line;
    // The indentation goes: what is left stands at the top of the file.
    const first = Math.max(from, start);
    const last = Math.min(to, end);
    if (first >= last) return " ".repeat(line.length);
    return " ".repeat(first - start) + line.slice(first - start, last - start) + " ".repeat(end - last);
  });
  return lines.join("\n");
}

/** The start of the statement: the name that the call is assigned to, without indentation. */
function startOfLine(code: string, at: number): number {
  const line = code.lastIndexOf("\n", at - 1) + 1;
  const before = code.slice(line, at);
  const target = /(?:[A-Za-z_][\w.]{0,80}\s{0,4}=\s{0,4})?(?:\w{1,40}\.){0,3}$/.exec(before.slice(-200))?.[0] ?? "";
  return at - target.length;
}

function closingBracket(code: string, from: number): number | null {
  let depth = 1;
  const last = Math.min(code.length, from + MAX_CALL);
  for (let i = from; i < last; i += 1) {
    const c = code[i];
    if (c === "(" || c === "[" || c === "{") depth += 1;
    else if (c === ")" || c === "]" || c === "}") depth -= 1;
    if (depth === 0) return i + 1;
  }
  return null;
}

/** The text with comments and what stands in strings blank, every offset kept. Linear. */
function withoutText(content: string): string {
  const parts: string[] = [];
  let from = 0;
  const blank = (start: number, end: number) => {
    parts.push(content.slice(from, start), content.slice(start, end).replaceAll(/[^\n]/g, " "));
    from = end;
  };
  for (let i = 0; i < content.length; ) {
    const c = content.charAt(i);
    if (c === "#") {
      const end = content.indexOf("\n", i);
      blank(i, end < 0 ? content.length : end);
      i = from;
    } else if (c === '"' || c === "'") {
      const quote = content.startsWith(c.repeat(3), i) ? c.repeat(3) : c;
      const end = endOfString(content, i + quote.length, quote);
      blank(i + 1, Math.max(i + 1, end - 1));
      i = Math.max(end, i + 1);
    } else i += 1;
  }
  return parts.join("") + content.slice(from);
}

/** Behind the closing quote; a string of one line that does not close ends with its line. */
function endOfString(content: string, from: number, quote: string): number {
  for (let i = from; i < content.length; i += 1) {
    if (content[i] === "\\") i += 1;
    else if (content.startsWith(quote, i)) return i + quote.length;
    else if (content[i] === "\n" && quote.length === 1) return i;
  }
  return content.length;
}

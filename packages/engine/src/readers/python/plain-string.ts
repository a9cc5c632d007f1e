import { type PyNode, text } from "./tree.ts";

/** A string without expressions inside, read from its text alone. */
export interface PlainString {
  /** Between the quotes, as written. */
  readonly written: string;
  /** What it stands for; null: an escape is not followed. */
  readonly value: string | null;
  /** Offset of its first character in the file. */
  readonly start: number;
}

const OPENING = /^([A-Za-z]{0,2})("""|'''|"|')/;
/** No escape in Python: the backslash stays. */
const NO_ESCAPE = /^[^\n\r\\'"abfnrtvxuUN0-9]$/;
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
  "\r\n": "",
};

/** null: bytes, which name nothing. */
export function plainString(node: PyNode): PlainString | null {
  const whole = text(node);
  const [open = "", prefix = "", quote = ""] = OPENING.exec(whole.slice(0, 5)) ?? [];
  if (/b/i.test(prefix)) return null;
  const closes = whole.length >= open.length + quote.length && whole.endsWith(quote);
  const written = whole.slice(open.length, closes ? whole.length - quote.length : whole.length);
  const isRaw = /r/i.test(prefix);
  return { written, value: isRaw ? written : unescaped(written), start: node.start + open.length };
}

/** Text between quotes with its escapes followed; null where one is not. */
export function unescaped(written: string): string | null {
  if (!written.includes("\\")) return written;
  let known = true;
  const value = written.replaceAll(/\\(\r\n|[\s\S])/g, (whole, what: string) => {
    const meant = ESCAPES[what];
    if (meant !== undefined) return meant;
    known &&= NO_ESCAPE.test(what);
    return whole;
  });
  return known ? value : null;
}

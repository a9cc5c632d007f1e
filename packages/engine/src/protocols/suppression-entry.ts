/** `int8-default reason="…" until=2027-01-31` as written: rules by their names, and what is said of them. */
export interface IgnoreEntry {
  readonly rules: readonly string[];
  readonly reason?: string;
  readonly until?: string;
  /** Words that mean nothing here. */
  readonly unknown: readonly string[];
}

const FIELDS = ["reason", "until"] as const;
type Field = (typeof FIELDS)[number];

const MAX_TEXT = 2_000;
const MAX_REASON = 300;
const MAX_RULES = 20;

const isSpace = (character: string | undefined): boolean =>
  character !== undefined && (character === "," || character === ";" || character.trim() === "");

/** One word, or the value of a field: quoted up to the same quote, else a reason up to the next field, else up to a space. */
interface Token {
  readonly field: Field | null;
  readonly text: string;
}

function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let i = 0;
  while (i < text.length) {
    if (isSpace(text[i])) {
      i += 1;
      continue;
    }
    const field = FIELDS.find((name) => text.startsWith(`${name}=`, i)) ?? null;
    if (field) i += field.length + 1;
    const quote = text[i];
    let end: number;
    if (field && (quote === '"' || quote === "'")) {
      const close = text.indexOf(quote, i + 1);
      end = close < 0 ? text.length : close;
      found.push({ field, text: text.slice(i + 1, end) });
      i = end + 1;
      continue;
    }
    if (field === "reason") {
      const next = text.indexOf(" until=", i);
      end = next < 0 ? text.length : next;
    } else {
      end = i + 1;
      while (end < text.length && !isSpace(text[end])) end += 1;
    }
    found.push({ field, text: text.slice(i, end).trim() });
    i = end;
  }
  return found;
}

/**
 * Reads what follows the word `ignore`, in a comment (`[rule, rule] reason="…" until=…`) or in an annotation, where
 * several may stand one after another and the brackets may be left out. Linear in the text; at most 2,000 characters.
 */
export function ignoreEntries(text: string): readonly IgnoreEntry[] {
  const entries: { rules: string[]; reason?: string; until?: string; unknown: string[] }[] = [];
  let open = true;
  for (const token of tokens(text.slice(0, MAX_TEXT))) {
    let entry = entries.at(-1);
    if (!entry || (token.field === null && !open && isRuleName(token.text))) {
      entry = { rules: [], unknown: [] };
      entries.push(entry);
      open = true;
    }
    if (token.field === null) {
      const name = token.text.replaceAll(/[[\]]/g, "");
      if (name === "") continue;
      if (isRuleName(token.text) && open && entry.rules.length < MAX_RULES) entry.rules.push(name);
      else entry.unknown.push(name);
      continue;
    }
    open = false;
    if (token.field === "reason") entry.reason = token.text.slice(0, MAX_REASON);
    else entry.until = token.text.slice(0, 40);
  }
  return entries;
}

/** Words of letters, digits and dashes, maybe with the bracket that opens or closes the list. */
const isRuleName = (word: string): boolean =>
  /^\[?[a-z0-9][a-z0-9_-]{0,60}\]?$/i.test(word) || word === "]" || word === "[";

/** A stretch of a YAML text that is parsed by itself. */
export interface YamlPart {
  readonly text: string;
  readonly start: number;
}

const isEmpty = (c: string): boolean => c === "" || c === " " || c === "\t" || c === "\n" || c === "\r";
const SEPARATOR = "\n---";
/** Directives stand before the document that they are of, and an end marker ends it: such a text is one part. */
const NEEDS_WHOLE = /^(?:%|\.\.\.)/m;

/** The text document by document: nothing in YAML reaches over a line that starts with three dashes. */
export function partsOf(text: string): readonly YamlPart[] {
  if (NEEDS_WHOLE.test(text)) return [{ text, start: 0 }];
  const parts: YamlPart[] = [];
  let start = 0;
  for (let at = text.indexOf(SEPARATOR); at >= 0; at = text.indexOf(SEPARATOR, at + 1)) {
    if (!isEmpty(text.charAt(at + SEPARATOR.length))) continue;
    parts.push({ text: text.slice(start, at + 1), start });
    start = at + 1;
  }
  parts.push({ text: text.slice(start), start });
  return parts;
}

export interface LinePlace {
  readonly line: number;
  readonly column: number;
}

/** Line and column, from 1, of an offset. */
export function placesOf(text: string): (offset: number) => LinePlace {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

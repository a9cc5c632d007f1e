import { count } from "./comment-format.ts";
import { codeSpan } from "./escape.ts";

/** A finding without rows behind it. */
export const PRACTICE = "none: this is practice, not measurement";

/** At most `most` rows of evidence by name, the rest counted: `a, b and 4 more rows`. Never of an empty list. */
export function namedRows(ids: readonly string[], most: number, named: (id: string) => string): string {
  const left = ids.length - most;
  return `${ids.slice(0, most).map(named).join(", ")}${left > 0 ? ` and ${count(left, "more row")}` : ""}`;
}

/** Rows that a number rests on, as code; a modelled number may rest on none. */
export const evidenceText = (ids: readonly string[], most = 3): string =>
  ids.length === 0 ? "no measured row" : namedRows(ids, most, codeSpan);

import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { accept, invalidInput, type Read, reject } from "./problem.ts";
import { cut, suggest } from "./suggest.ts";

/** Media type of each format, in the server's own order of preference: on a tie Markdown wins over HTML. */
export const MEDIA_TYPES = {
  json: "application/json",
  markdown: "text/markdown",
  html: "text/html",
  csv: "text/csv",
  sarif: "application/sarif+json",
} as const;
export type Format = keyof typeof MEDIA_TYPES;

type Range = { readonly type: string; readonly q: number };

/** Specificity of a range for a type: exact 3, `text/*` 2, any 1, none 0. */
function specificity(range: string, type: string): number {
  if (range === type) return 3;
  if (range === "*/*" || range === "*") return 1;
  return range.endsWith("/*") && type.startsWith(range.slice(0, -1)) ? 2 : 0;
}

interface Liking {
  readonly q: number;
  /** Of the range that says so: see `specificity`. */
  readonly rank: number;
}

/** RFC 9110, 12.5.1: the most specific range that covers a type gives its q; 0 and no cover both mean no. */
export function liking(ranges: readonly Range[], type: string): Liking {
  const [first] = ranges
    .map((range): Liking => ({ rank: specificity(range.type.toLowerCase(), type), q: range.q }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank || b.q - a.q);
  return first ?? { q: 0, rank: 0 };
}

/** The offered media type that Accept likes best; on a tie the one that it names, then the earlier; undefined when it likes none. */
export function preferred<T extends string>(c: Context, offered: readonly [T, ...T[]]): T | undefined {
  const chosen = accepts(c, {
    header: "Accept",
    supports: [...offered],
    default: offered[0],
    match: (ranges) => {
      const [best] = offered
        .map((type) => ({ type, ...liking(ranges, type) }))
        .sort((a, b) => b.q - a.q || b.rank - a.rank);
      return best && best.q > 0 ? best.type : "";
    },
  });
  return offered.find((type) => type === chosen);
}

/** `?format=` wins over Accept. */
export function negotiate(
  c: Context,
  formats: readonly [Format, ...Format[]],
  asked: string | undefined,
): Read<Format> {
  c.header("Vary", "Accept", { append: true });
  if (asked !== undefined) {
    const format = formats.find((candidate) => candidate === asked);
    if (format) return accept(format);
    const message = `format is one of ${formats.join(", ")}.`;
    return invalidInput([
      { parameter: "format", message, received: cut(asked), allowed: formats, ...suggest(asked, formats) },
    ]);
  }
  const [first, ...rest] = formats;
  const type = preferred(c, [MEDIA_TYPES[first], ...rest.map((format) => MEDIA_TYPES[format])]);
  const format = formats.find((candidate) => MEDIA_TYPES[candidate] === type);
  if (format) return accept(format);
  const allowed = formats.map((candidate) => MEDIA_TYPES[candidate]);
  const detail = `This answer exists as ${allowed.join(", ")}.`;
  const error = { parameter: "Accept", message: detail, received: cut(c.req.header("Accept") ?? ""), allowed };
  return reject({ type: "not-acceptable", detail, errors: [error] });
}

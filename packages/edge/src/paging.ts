import type { InputError } from "@ecocompute/engine";
import { cut } from "./suggest.ts";

/** Entries of one answer; each bound keeps the answer under 64 KiB. */
export interface PageBounds {
  readonly usual: number;
  readonly max: number;
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export const PAGE_PARAMETERS = ["limit", "offset"] as const;
const MAX_OFFSET = 999_999_999;

/** `limit` and `offset` of a query; what is wrong with them is pushed to `errors`, to be told with the rest. */
export function readPage(query: ReadonlyMap<string, string>, bounds: PageBounds, errors: InputError[]): Page {
  const integer = (name: string, usual: number, min: number, max: number): number => {
    const text = query.get(name);
    if (text === undefined) return usual;
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value;
    errors.push({ parameter: name, message: `expected a whole number from ${min} to ${max}`, received: cut(text) });
    return usual;
  };
  return {
    limit: integer("limit", bounds.usual, 1, bounds.max),
    offset: integer("offset", 0, 0, MAX_OFFSET),
  };
}

/** One page as a list answer; `next` is the path of the one after it, with the same filters. */
export function page<T>(items: readonly T[], { limit, offset }: Page, url: string) {
  const end = offset + limit;
  return {
    total: items.length,
    limit,
    offset,
    next: end < items.length ? at(url, end) : null,
    items: items.slice(offset, end),
  };
}

function at(url: string, offset: number): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.set("offset", String(offset));
  return `${pathname}?${searchParams}`;
}

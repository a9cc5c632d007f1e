import type { Context } from "hono";

/** How long a browser and a shared cache may keep an answer, in seconds. */
export interface Freshness {
  readonly browser: number;
  readonly shared: number;
}
/** Answers change with a deployment only, and a deployment starts with an empty cache. */
export const UNTIL_DEPLOYED: Freshness = { browser: 300, shared: 86_400 };
/** A live grid figure is renewed every half hour. */
export const LIVE: Freshness = { browser: 60, shared: 60 };

/** A text with its media type and entity tag, ready to be sent more than once. */
export interface Representation {
  readonly body: string;
  readonly type: string;
  readonly etag: string;
  readonly freshness: Freshness;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const ETAG_BYTES = 16;

/** A strong tag: of these bytes and this media type. */
async function entityTag(body: string, type: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${type}\n${body}`));
  return `"${[...new Uint8Array(digest, 0, ETAG_BYTES)].map((byte) => HEX[byte]).join("")}"`;
}

export async function represent(
  body: string,
  mediaType: string,
  freshness: Freshness = UNTIL_DEPLOYED,
): Promise<Representation> {
  const type = mediaType.startsWith("text/") ? `${mediaType}; charset=utf-8` : mediaType;
  return { body, type, etag: await entityTag(body, type), freshness };
}

/** RFC 9110, 13.1.2: weak comparison, for a proxy that compresses makes a strong tag weak. */
const matches = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);

const cacheControl = ({ browser, shared }: Freshness): string =>
  `public, max-age=${browser}, s-maxage=${shared}, stale-while-revalidate=${shared}`;

/** 200 with its validators, or 304 where the caller has it already. POST is never stored. */
export function send(c: Context, representation: Representation): Response {
  const { body, type, etag, freshness } = representation;
  c.set("sent", representation);
  if (c.req.method === "POST") return c.body(body, 200, { "content-type": type, "cache-control": "no-store" });
  // A 304 renews the headers of what the browser keeps: it carries the same ones, the type that the policy follows included.
  const headers = { etag, "cache-control": cacheControl(freshness), "content-type": type };
  const known = c.req.header("if-none-match");
  return known !== undefined && matches(known, etag) ? c.body(null, 304, headers) : c.body(body, 200, headers);
}

/** A JSON answer of a GET. */
export const sendJson = async (c: Context, value: object, freshness?: Freshness): Promise<Response> =>
  send(c, await represent(JSON.stringify(value), "application/json", freshness));

import type { Context, MiddlewareHandler } from "hono";
import { leastRecent } from "./least-recent.ts";
import { UNTIL_DEPLOYED } from "./reply.ts";
import type { EdgeEnv } from "./service.ts";

const MAX_ENTRIES = 512;
const MAX_CHARACTERS = 8 * 1024 * 1024;

interface Remembered {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Whole answers of this isolate, by URL and Accept: its catalogue does not change, so an answer stays true. Only what is
 * fresh until the next deployment is kept, and a conditional request goes the long way. `complete` sets the headers that
 * every answer has.
 */
export function remembered(complete: (c: Context<EdgeEnv>) => void): MiddlewareHandler<EdgeEnv> {
  const answers = leastRecent<Remembered>(MAX_ENTRIES, MAX_CHARACTERS, ({ body }) => body.length);
  return async (c, next) => {
    if (c.req.method !== "GET" || c.req.raw.headers.has("if-none-match")) return next();
    const key = `${c.req.raw.headers.get("accept") ?? ""} ${c.req.url}`;
    const known = answers.get(key);
    if (known) return new Response(known.body, { headers: known.headers });
    await next();
    const sent = c.get("sent");
    if (sent && sent.freshness === UNTIL_DEPLOYED && c.res.status === 200) {
      complete(c);
      answers.set(key, { body: sent.body, headers: Object.fromEntries(c.res.headers) });
    }
    return undefined;
  };
}

import type { Context, MiddlewareHandler } from "hono";
import { RATE_LIMIT, RATE_WINDOW_S } from "./limits.ts";
import { refuse } from "./problem.ts";
import type { EdgeEnv, Log } from "./service.ts";

const POLICY = `"default";q=${RATE_LIMIT};w=${RATE_WINDOW_S}`;

/**
 * Asks the Workers binding, which counts per location and tells only whether there is room: no "remaining" is made up.
 * Without a binding, or when it fails, the request goes on.
 */
export function rateLimit(log: Log): MiddlewareHandler<EdgeEnv> {
  let failures = 0;
  return async (c, next) => {
    const limiter = c.env?.RATE_LIMITER;
    const address = c.req.header("cf-connecting-ip");
    if (limiter && address !== undefined) {
      const outcome = await limiter.limit({ key: addressKey(address) }).catch((cause: unknown) => {
        failures += 1;
        log({ event: "rate-limit-failed", failures, cause: cause instanceof Error ? cause.message : String(cause) });
        return { success: true };
      });
      if (!outcome.success) return tooMany(c);
    }
    await next();
    c.res.headers.set("RateLimit-Policy", POLICY);
    return undefined;
  };
}

const tooMany = (c: Context): Response =>
  refuse(c, {
    type: "rate-limited",
    detail: `More than ${RATE_LIMIT} requests in ${RATE_WINDOW_S} s: wait, then ask again.`,
    headers: {
      "RateLimit-Policy": POLICY,
      RateLimit: `"default";r=0;t=${RATE_WINDOW_S}`,
      "Retry-After": String(RATE_WINDOW_S),
    },
  });

/** One IPv4 address, or the /64 of an IPv6 one: a household has 2^64 of them. */
export function addressKey(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::", 2);
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  return [...groups, ...Array<string>(zeros).fill("0"), ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

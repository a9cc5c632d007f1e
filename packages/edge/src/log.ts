import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { EdgeEnv, Service } from "./service.ts";

/** One line for each request, where `LOG` is "requests": the route and not the path, for a path may say who asks. */
export function requestLog({ log, now, version }: Service): MiddlewareHandler<EdgeEnv> {
  return async (c, next) => {
    if (c.env?.LOG !== "requests") return next();
    const started = now();
    await next();
    log({
      event: "request",
      version,
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      type: c.res.headers.get("content-type")?.split(";", 1)[0] ?? null,
      // A Worker's clock stands still while it computes: this is the time spent waiting.
      waited_ms: now() - started,
    });
  };
}

import { Hono } from "hono";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { commonHeaders } from "./headers.ts";
import { MAX_URL_BYTES } from "./limits.ts";
import { requestLog } from "./log.ts";
import { refusalsAsPages } from "./page/refusal-page.tsx";
import { refuse } from "./problem.ts";
import { rateLimit } from "./rate-limit.ts";
import { remembered } from "./remembered.ts";
import { aboutRoutes } from "./routes/about.ts";
import { agentRoutes } from "./routes/agents.ts";
import { evidenceRoutes } from "./routes/evidence.ts";
import { listRoutes } from "./routes/lists.ts";
import { mcpRoutes } from "./routes/mcp.ts";
import { pageRoutes } from "./routes/pages.tsx";
import { protocolRoutes } from "./routes/protocols.ts";
import type { EdgeEnv, Service } from "./service.ts";
import { cut, suggest } from "./suggest.ts";

/** The whole HTTP surface over one catalogue. Pure but for the log. */
export function createApp(service: Service): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.use(requestLog(service));
  const complete = commonHeaders(service);
  app.use(async (c, next) => {
    await next();
    complete(c);
  });
  app.use(refusalsAsPages(service));
  app.use(rateLimit(service.log));
  app.use(remembered(complete));
  app.use(
    cors({
      origin: "*",
      allowMethods: ["GET", "HEAD", "POST", "OPTIONS"],
      allowHeaders: ["Content-Type", "If-None-Match", "Mcp-Protocol-Version", "Mcp-Session-Id"],
      maxAge: 86_400,
    }),
  );
  app.use(async (c, next) => {
    if (c.req.url.length <= MAX_URL_BYTES) return next();
    return refuse(c, { type: "url-too-long", detail: `A URL may have ${MAX_URL_BYTES} bytes: use POST.` });
  });
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const detail = `${c.req.path.slice(0, 64)} takes ${methods.join(", ")}.`;
        const error = { parameter: "method", message: detail, received: cut(c.req.method), allowed: methods };
        return refuse(c, {
          type: "method-not-allowed",
          detail,
          errors: [error],
          headers: { Allow: methods.join(", ") },
        });
      },
    }),
  );

  for (const routes of [
    protocolRoutes(service),
    aboutRoutes(service),
    listRoutes(service),
    evidenceRoutes(service),
    pageRoutes(service),
    agentRoutes(service),
    mcpRoutes(service),
  ]) {
    app.route("/", routes);
  }

  const paths = [
    ...new Set(app.routes.filter(({ method }) => method !== "ALL").map(({ path }) => path.replace(/:(\w+)/, "{$1}"))),
  ];
  app.notFound((c) => {
    const message = "Nothing is served at this path.";
    const error = {
      parameter: "path",
      message,
      received: cut(c.req.path),
      allowed: paths,
      ...suggest(c.req.path, paths),
    };
    return refuse(c, { type: "not-found", detail: message, errors: [error] });
  });
  app.onError((cause, c) => {
    service.log({
      event: "failed",
      method: c.req.method,
      cause: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    });
    return refuse(c, {
      type: "internal",
      detail: "This is a fault of the service, not of the request. It has been logged.",
    });
  });
  return app;
}

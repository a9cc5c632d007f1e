import { Hono } from "hono";
import { preferred } from "../negotiate.ts";
import { openApi } from "../openapi/document.ts";
import { problemTypePage } from "../page/refusal-page.tsx";
import { PROBLEM_PAGES, refuse } from "../problem.ts";
import { represent, send } from "../reply.ts";
import type { EdgeEnv, Service } from "../service.ts";
import { suggest } from "../suggest.ts";

/** What the service says of itself: `/health`, `/ready`, `/openapi.json` and the pages that problem types link to. */
export function aboutRoutes(service: Service): Hono<EdgeEnv> {
  const { catalogue, version, method } = service;
  const versions = { version, dataset_version: catalogue.dataset_version, ...method };
  const document = JSON.stringify(openApi(service));
  const routes = new Hono<EdgeEnv>();

  routes.get("/health", (c) => c.json({ status: "ok", ...versions }, 200, { "cache-control": "no-store" }));

  routes.get("/ready", (c) => {
    const answers = service.selfCheck();
    return c.json({ status: answers ? "ready" : "not ready", ...versions }, answers ? 200 : 503, {
      "cache-control": "no-store",
    });
  });

  routes.get("/openapi.json", async (c) => send(c, await represent(document, "application/json")));

  routes.get("/problems/:type", async (c) => {
    const type = c.req.param("type");
    const page = Object.entries(PROBLEM_PAGES).find(([name]) => name === type)?.[1];
    if (page) {
      c.header("Vary", "Accept", { append: true });
      return preferred(c, ["text/plain", "text/html"]) === "text/html"
        ? send(c, await represent(problemTypePage(page, service), "text/html"))
        : send(c, await represent(`${page.title} (HTTP ${page.status})\n\n${page.meaning}\n`, "text/plain"));
    }
    const names = Object.keys(PROBLEM_PAGES);
    const error = {
      parameter: "type",
      message: "No problem has this type.",
      received: type.slice(0, 64),
      allowed: names,
    };
    return refuse(c, { type: "not-found", detail: error.message, errors: [{ ...error, ...suggest(type, names) }] });
  });
  return routes;
}

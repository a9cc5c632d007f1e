import { Hono } from "hono";
import { html } from "hono/html";
import { preferred } from "../negotiate.ts";
import { openApi } from "../openapi.ts";
import { PROBLEM_PAGES, refuse } from "../problem.ts";
import type { Service } from "../service.ts";
import { suggest } from "../suggest.ts";

const EXAMPLE =
  "/v1/estimate?model_id=mistralai/Mistral-7B-Instruct-v0.2&hardware_platform=a800&quantization=int8_pure&batch_size=8&sequence_length=256";

/** The page needs nothing but itself: no script, no style, no frame. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What the service is: `/`, `/health`, `/openapi.json` and the pages that problem types link to. */
export function aboutRoutes(service: Service): Hono {
  const { catalogue, version } = service;
  const document = openApi(service);
  const routes = new Hono();

  routes.get("/health", (c) => c.json({ status: "ok", version, dataset_version: catalogue.dataset_version }));
  routes.get("/openapi.json", (c) => c.json(document));

  routes.get("/problems/:type", (c) => {
    const type = c.req.param("type");
    const page = Object.entries(PROBLEM_PAGES).find(([name]) => name === type)?.[1];
    if (page) return c.text(`${page.title} (HTTP ${page.status})\n\n${page.meaning}\n`);
    const names = Object.keys(PROBLEM_PAGES);
    const error = {
      parameter: "type",
      message: "No problem has this type.",
      received: type.slice(0, 64),
      allowed: names,
    };
    return refuse(c, { type: "not-found", detail: error.message, errors: [{ ...error, ...suggest(type, names) }] });
  });

  routes.get("/", (c) => {
    c.header("Vary", "Accept", { append: true });
    const paths = [...service.protocols.map(({ id, description }) => ({ path: `/v1/${id}`, description }))];
    const counts = `${catalogue.measurements.length} measurements, ${catalogue.gpus.length} GPUs and ${catalogue.models.length} models in dataset ${catalogue.dataset_version}.`;
    const curl = `curl '${new URL(c.req.url).origin}${EXAMPLE}'`;
    if (preferred(c, ["text/plain", "text/html"]) !== "text/html") {
      const lines = paths.map(({ path, description }) => `  ${path}\n    ${description}`);
      return c.text(
        `${TITLE}\n\n${INTRODUCTION}\n${counts}\n\n${lines.join("\n")}\n\nTry:\n  ${curl}\n\nThe rest: /openapi.json\n`,
      );
    }
    c.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    return c.html(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${TITLE}</title></head>
<body>
<main>
<h1>${TITLE}</h1>
<p>${INTRODUCTION}</p>
<p>${counts}</p>
<dl>${paths.map(({ path, description }) => html`<dt><code>${path}</code></dt><dd>${description}</dd>`)}</dl>
<p>Try:</p>
<pre>${curl}</pre>
<p>The rest: <a href="/openapi.json">openapi.json</a></p>
</main>
</body>
</html>
`);
  });
  return routes;
}

const TITLE = "EcoCompute";
const INTRODUCTION =
  'Energy, cost and carbon of LLM inference, from audited measurements. Every number comes with its 90 % interval, how it was reached and the ids of the measurements behind it; where there is no evidence, the answer is "unknown" and how to measure it.';

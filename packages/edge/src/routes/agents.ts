import { type Context, Hono } from "hono";
import { llmsFullText, llmsText, skillText } from "../agents/documents.ts";
import { represent, send } from "../reply.ts";
import type { EdgeEnv, Service } from "../service.ts";

const PAGES = ["/", "/diagnose", "/audit", "/claims", "/evidence", "/accuracy", "/rules", "/docs"];

/** What agents and crawlers look for: `/llms.txt`, `/llms-full.txt`, `/SKILL.md`, the API catalog (RFC 9727), robots and sitemap. */
export function agentRoutes(service: Service): Hono<EdgeEnv> {
  const routes = new Hono<EdgeEnv>();
  const serve = (path: string, type: string, text: (origin: string) => string): void => {
    routes.get(path, async (c: Context<EdgeEnv>) => send(c, await represent(text(new URL(c.req.url).origin), type)));
  };
  serve("/llms.txt", "text/plain", (origin) => llmsText(service, origin));
  serve("/llms-full.txt", "text/plain", (origin) => llmsFullText(service, origin));
  serve("/SKILL.md", "text/markdown", (origin) => skillText(service, origin));
  serve("/robots.txt", "text/plain", (origin) => `User-agent: *\nAllow: /\n\nSitemap: ${origin}/sitemap.xml\n`);
  serve("/sitemap.xml", "application/xml", sitemap);
  serve("/.well-known/api-catalog", "application/linkset+json", apiCatalog);
  return routes;
}

const sitemap = (origin: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${PAGES.map((path) => `  <url><loc>${origin}${path}</loc></url>`).join("\n")}\n</urlset>\n`;

function apiCatalog(origin: string): string {
  const link = (path: string, type: string) => ({ href: `${origin}${path}`, type });
  return JSON.stringify({
    linkset: [
      {
        anchor: `${origin}/`,
        item: [{ href: `${origin}/v1/estimate` }, { href: `${origin}/mcp` }],
        "service-desc": [link("/openapi.json", "application/json")],
        "service-doc": [
          link("/docs", "text/html"),
          link("/llms-full.txt", "text/plain"),
          link("/SKILL.md", "text/markdown"),
        ],
        status: [link("/health", "application/json")],
      },
    ],
  });
}

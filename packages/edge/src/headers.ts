import type { MiddlewareHandler } from "hono";
import type { EdgeEnv, Service } from "./service.ts";

/** A page needs its own style, script and images, and sends its forms home. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Where an agent that has only this answer finds the rest (RFC 8631, RFC 9727). */
const LINKS =
  '</openapi.json>; rel="service-desc", </docs>; rel="service-doc", </llms.txt>; rel="describedby", </.well-known/api-catalog>; rel="api-catalog"';

/** Security headers, and what answered: on every response, problems included. */
export function commonHeaders({ version, catalogue }: Service): MiddlewareHandler<EdgeEnv> {
  const fixed = [
    ["X-Content-Type-Options", "nosniff"],
    ["Referrer-Policy", "no-referrer"],
    ["Strict-Transport-Security", "max-age=31536000"],
    ["Cross-Origin-Resource-Policy", "cross-origin"],
    ["Link", LINKS],
    ["EcoCompute-Version", version],
    ["EcoCompute-Dataset", catalogue.dataset_version],
  ] as const;
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    for (const [name, value] of fixed) headers.set(name, value);
    if (!headers.has("Content-Security-Policy")) {
      headers.set(
        "Content-Security-Policy",
        headers.get("content-type")?.startsWith("text/html") ? PAGE_POLICY : DATA_POLICY,
      );
    }
  };
}

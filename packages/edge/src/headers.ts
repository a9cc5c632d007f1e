import type { Context } from "hono";
import type { EdgeEnv, Service } from "./service.ts";

/** A page needs its own style, script and images, and sends its forms home. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Where an agent that has only this answer finds the rest (RFC 8631, RFC 9727). */
const LINKS =
  '</openapi.json>; rel="service-desc", </docs>; rel="service-doc", </llms.txt>; rel="describedby", </.well-known/api-catalog>; rel="api-catalog"';

const EXPOSED = "ETag, Link, Retry-After, RateLimit, RateLimit-Policy, EcoCompute-Version, EcoCompute-Dataset";

/** Sets the headers of every answer, problems included: security, and what answered. An answer from memory has them. */
export function commonHeaders({ version, catalogue }: Service): (c: Context<EdgeEnv>) => void {
  const fixed = [
    ["X-Content-Type-Options", "nosniff"],
    ["Referrer-Policy", "no-referrer"],
    ["Strict-Transport-Security", "max-age=31536000"],
    ["Cross-Origin-Resource-Policy", "cross-origin"],
    ["Access-Control-Allow-Origin", "*"],
    ["Access-Control-Expose-Headers", EXPOSED],
    ["Link", LINKS],
    ["EcoCompute-Version", version],
    ["EcoCompute-Dataset", catalogue.dataset_version],
  ] as const;
  return (c) => {
    const { headers } = c.res;
    if (headers.has("EcoCompute-Version")) return;
    for (const [name, value] of fixed) headers.set(name, value);
    const isPage = headers.get("content-type")?.startsWith("text/html");
    headers.set("Content-Security-Policy", isPage ? PAGE_POLICY : DATA_POLICY);
  };
}

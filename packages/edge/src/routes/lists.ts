import { Hono } from "hono";
import { negotiate } from "../negotiate.ts";
import { PAGE_PARAMETERS, page, readPage } from "../paging.ts";
import { invalidInput, refuse } from "../problem.ts";
import { readQuery, unknownParameter } from "../query.ts";
import type { Service } from "../service.ts";

/** An entry has up to 0.6 kB. */
const BOUNDS = { usual: 100, max: 100 };
const ALLOWED: readonly string[] = [...PAGE_PARAMETERS, "format"];

/** What the catalogue knows, paged: `/v1/models`, `/v1/gpus`, `/v1/regions`, `/v1/rules`, `/v1/claims`, `/v1/accuracy`. */
export function listRoutes({ catalogue, rules }: Service): Hono {
  const lists: ReadonlyMap<string, readonly object[]> = new Map<string, readonly object[]>([
    ["models", catalogue.models],
    ["gpus", catalogue.gpus],
    ["regions", catalogue.regions],
    ["rules", rules.map(({ check: _check, ...described }) => described)],
    ["claims", catalogue.claims],
    ["accuracy", catalogue.held_out],
  ]);
  const routes = new Hono();
  for (const [name, items] of lists) {
    routes.get(`/v1/${name}`, (c) => {
      const query = readQuery(new URL(c.req.url).searchParams);
      if (!query.ok) return refuse(c, query.refusal);
      const format = negotiate(c, ["json"], query.value.get("format"));
      if (!format.ok) return refuse(c, format.refusal);
      const errors = [...query.value]
        .filter(([parameter]) => !ALLOWED.includes(parameter))
        .map(([parameter, value]) => unknownParameter(parameter, value, ALLOWED));
      const wanted = readPage(query.value, BOUNDS, errors);
      if (errors.length > 0) return refuse(c, invalidInput(errors).refusal);
      return c.json({ dataset_version: catalogue.dataset_version, ...page(items, wanted, c.req.url) });
    });
  }
  return routes;
}

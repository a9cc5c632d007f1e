import { Hono } from "hono";
import { negotiate } from "../negotiate.ts";
import { invalidInput, refuse } from "../problem.ts";
import { readQuery, unknownParameter } from "../query.ts";
import type { Service } from "../service.ts";

/** What the catalogue knows, whole: `/v1/models`, `/v1/gpus`, `/v1/regions`, `/v1/rules`, `/v1/claims`, `/v1/accuracy`. */
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
      const unknown = [...query.value].filter(([parameter]) => parameter !== "format");
      if (unknown.length > 0) {
        return refuse(c, invalidInput(unknown.map(([key, value]) => unknownParameter(key, value, ["format"]))).refusal);
      }
      return c.json({ dataset_version: catalogue.dataset_version, total: items.length, items });
    });
  }
  return routes;
}

import { Hono } from "hono";
import { otherDataset } from "../answer.ts";
import { yearlyFactor } from "../grid/factor.ts";
import { liveZoneOf } from "../grid/zones.ts";
import { negotiate } from "../negotiate.ts";
import { PAGE_PARAMETERS, page, readPage } from "../paging.ts";
import { invalidInput, refuse, respondProblem } from "../problem.ts";
import { readQuery, unknownParameter } from "../query.ts";
import { sendJson } from "../reply.ts";
import type { EdgeEnv, Service } from "../service.ts";

/** An entry has up to 0.6 kB, a rule with all of its rows up to 6. */
const BOUNDS = { usual: 100, max: 100 };
const ALLOWED: readonly string[] = [...PAGE_PARAMETERS, "format", "dataset"];

export const LIST_NAMES = ["models", "gpus", "regions", "rules", "claims", "accuracy", "accuracy/slices"] as const;

/** What the catalogue knows, paged: `/v1/models`, `/v1/gpus`, `/v1/regions`, `/v1/rules`, `/v1/claims`, `/v1/accuracy`, `/v1/accuracy/slices`. */
export function listRoutes(service: Service): Hono<EdgeEnv> {
  const { catalogue, rules, method } = service;
  const lists: Readonly<Record<(typeof LIST_NAMES)[number], () => readonly object[]>> = {
    models: () => catalogue.models,
    gpus: () => catalogue.gpus,
    regions: () =>
      catalogue.regions.map((region) => ({
        ...region,
        grid: yearlyFactor(region.id, catalogue, service.now()),
        live: liveZoneOf(region.id)?.source ?? null,
      })),
    rules: () =>
      rules.map(({ check: _check, evidence, ...described }) => ({
        ...described,
        evidence: evidence(catalogue),
        suppress: `# ecocompute: ignore[${described.id}] reason="…" until=2027-01-31`,
      })),
    claims: () => catalogue.claims,
    accuracy: () => catalogue.held_out,
    "accuracy/slices": () => catalogue.slices ?? [],
  };
  const routes = new Hono<EdgeEnv>();
  for (const name of LIST_NAMES) {
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
      const other = otherDataset(query.value.get("dataset"), service);
      if (other) return respondProblem(c, other);
      return sendJson(c, {
        dataset_version: catalogue.dataset_version,
        ...method,
        ...page(lists[name](), wanted, c.req.url),
      });
    });
  }
  return routes;
}

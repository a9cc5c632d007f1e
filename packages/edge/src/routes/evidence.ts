import { Hono } from "hono";
import { otherDataset } from "../answer.ts";
import { evidenceOf, isUsed, readEvidenceQuery, searchEvidence } from "../evidence-search.ts";
import { negotiate } from "../negotiate.ts";
import { page } from "../paging.ts";
import { refuse, respondProblem } from "../problem.ts";
import { readQuery } from "../query.ts";
import { sendJson } from "../reply.ts";
import type { EdgeEnv, Service } from "../service.ts";
import { cut, suggest } from "../suggest.ts";

/** A row never changes: a correction is another row. */
const IMMUTABLE = { browser: 86_400, shared: 31_536_000 };
const NOT_FILTERS = ["format", "dataset"];

/** `/v1/evidence`: every stored measurement, those included that no answer may use, with `usable: false`. */
export function evidenceRoutes(service: Service): Hono<EdgeEnv> {
  const { catalogue, method } = service;
  const versions = { dataset_version: catalogue.dataset_version, ...method };
  const ids = catalogue.measurements.map((row) => row.id);
  const routes = new Hono<EdgeEnv>();

  routes.get("/v1/evidence", (c) => {
    const query = readQuery(new URL(c.req.url).searchParams);
    if (!query.ok) return refuse(c, query.refusal);
    const format = negotiate(c, ["json"], query.value.get("format"));
    if (!format.ok) return refuse(c, format.refusal);
    const other = otherDataset(query.value.get("dataset"), service);
    if (other) return respondProblem(c, other);
    const read = readEvidenceQuery(query.value, catalogue, NOT_FILTERS);
    if (!read.ok) return refuse(c, read.refusal);
    const { items, ...rest } = page(searchEvidence(read.value, catalogue), read.value.page, c.req.url);
    return sendJson(c, {
      ...versions,
      ...rest,
      items: items.map((row) => ({ ...row, usable: isUsed(row, catalogue) })),
    });
  });

  routes.get("/v1/evidence/:id", (c) => {
    const format = negotiate(c, ["json"], undefined);
    if (!format.ok) return refuse(c, format.refusal);
    const id = c.req.param("id");
    const row = catalogue.measurementById.get(id);
    if (!row) {
      const message = "No measurement has this id.";
      const error = { parameter: "id", message, received: cut(id), ...suggest(id, ids) };
      return refuse(c, { type: "not-found", detail: message, errors: [error] });
    }
    return sendJson(c, { ...versions, ...evidenceOf(row, catalogue) }, IMMUTABLE);
  });
  return routes;
}

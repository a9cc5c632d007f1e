import type { Catalogue, InputError, Measurement } from "@ecocompute/engine";
import { Hono } from "hono";
import { negotiate } from "../negotiate.ts";
import { PAGE_PARAMETERS, type Page, page, readPage } from "../paging.ts";
import { accept, invalidInput, type Read, refuse } from "../problem.ts";
import { readQuery, unknownParameter } from "../query.ts";
import { cut, suggest } from "../suggest.ts";

export const EVIDENCE_FILTERS = ["gpu", "model_id", "precision", "source"] as const;
type Filter = (typeof EVIDENCE_FILTERS)[number];

/** A row has up to 1.5 kB. */
const BOUNDS = { usual: 20, max: 40 };

interface EvidenceQuery {
  readonly filters: ReadonlyMap<Filter, string>;
  readonly page: Page;
}

/** `/v1/evidence`: every stored measurement, those included that no answer may use, with `usable: false`. */
export function evidenceRoutes(catalogue: Catalogue): Hono {
  const usable = new Set(catalogue.usable.map((row) => row.id));
  const shown = (row: Measurement) => ({ ...row, usable: usable.has(row.id) });
  const ids = catalogue.measurements.map((row) => row.id);
  const routes = new Hono();

  routes.get("/v1/evidence", (c) => {
    const query = readQuery(new URL(c.req.url).searchParams);
    if (!query.ok) return refuse(c, query.refusal);
    const format = negotiate(c, ["json"], query.value.get("format"));
    if (!format.ok) return refuse(c, format.refusal);
    const read = readEvidenceQuery(query.value, catalogue);
    if (!read.ok) return refuse(c, read.refusal);
    const filters = [...read.value.filters];
    const rows = catalogue.measurements.filter((row) => filters.every(([field, value]) => row[field] === value));
    const { items, ...rest } = page(rows, read.value.page, c.req.url);
    return c.json({ dataset_version: catalogue.dataset_version, ...rest, items: items.map(shown) });
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
    return c.json({
      dataset_version: catalogue.dataset_version,
      measurement: shown(row),
      source: catalogue.sourceById.get(row.source) ?? null,
    });
  });
  return routes;
}

/** A filter value that the catalogue does not know is an error, not an empty page: it is most likely misspelt. */
function readEvidenceQuery(query: ReadonlyMap<string, string>, catalogue: Catalogue): Read<EvidenceQuery> {
  const known: Readonly<Record<Filter, readonly string[]>> = {
    gpu: [...catalogue.gpuById.keys()],
    model_id: [...catalogue.modelById.keys()],
    precision: [...catalogue.precisionById.keys()],
    source: [...new Set(catalogue.measurements.map((row) => row.source))],
  };
  const names = [...EVIDENCE_FILTERS, ...PAGE_PARAMETERS, "format"];
  const errors: InputError[] = [];
  const filters = new Map<Filter, string>();
  for (const [name, value] of query) {
    const filter = EVIDENCE_FILTERS.find((candidate) => candidate === name);
    if (filter === undefined) {
      if (!names.includes(name)) errors.push(unknownParameter(name, value, names));
    } else if (known[filter].includes(value)) {
      filters.set(filter, value);
    } else {
      const message = `The catalogue has no ${filter} of this id.`;
      errors.push({ parameter: filter, message, received: cut(value), ...suggest(value, known[filter]) });
    }
  }
  const read = { filters, page: readPage(query, BOUNDS, errors) };
  return errors.length > 0 ? invalidInput(errors) : accept(read);
}

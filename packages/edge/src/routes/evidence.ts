import type { Catalogue, InputError, Measurement } from "@ecocompute/engine";
import { Hono } from "hono";
import { DEFAULT_PAGE, MAX_PAGE } from "../limits.ts";
import { negotiate } from "../negotiate.ts";
import { accept, invalidInput, type Read, refuse } from "../problem.ts";
import { readQuery, unknownParameter } from "../query.ts";
import { cut, suggest } from "../suggest.ts";

export const EVIDENCE_FILTERS = ["gpu", "model_id", "precision", "source"] as const;
type Filter = (typeof EVIDENCE_FILTERS)[number];

interface EvidenceQuery {
  readonly filters: ReadonlyMap<Filter, string>;
  readonly limit: number;
  readonly offset: number;
}

/** `/v1/evidence`: every stored measurement, those that no answer uses included and marked. */
export function evidenceRoutes(catalogue: Catalogue): Hono {
  const used = new Set(catalogue.usable.map((row) => row.id));
  const shown = (row: Measurement) => ({ ...row, used_in_answers: used.has(row.id) });
  const ids = catalogue.measurements.map((row) => row.id);
  const routes = new Hono();

  routes.get("/v1/evidence", (c) => {
    const query = readQuery(new URL(c.req.url).searchParams);
    if (!query.ok) return refuse(c, query.refusal);
    const format = negotiate(c, ["json"], query.value.get("format"));
    if (!format.ok) return refuse(c, format.refusal);
    const read = readEvidenceQuery(query.value, catalogue);
    if (!read.ok) return refuse(c, read.refusal);
    const { filters, limit, offset } = read.value;
    const rows = catalogue.measurements.filter((row) => [...filters].every(([field, value]) => row[field] === value));
    const end = offset + limit;
    return c.json({
      dataset_version: catalogue.dataset_version,
      total: rows.length,
      limit,
      offset,
      next: end < rows.length ? nextPage(c.req.url, end) : null,
      items: rows.slice(offset, end).map(shown),
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
    return c.json({
      dataset_version: catalogue.dataset_version,
      measurement: shown(row),
      source: catalogue.sourceById.get(row.source) ?? null,
    });
  });
  return routes;
}

function nextPage(url: string, offset: number): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.set("offset", String(offset));
  return `${pathname}?${searchParams}`;
}

/** A filter value that the catalogue does not know is an error, not an empty page: it is most likely misspelt. */
function readEvidenceQuery(query: ReadonlyMap<string, string>, catalogue: Catalogue): Read<EvidenceQuery> {
  const known: Readonly<Record<Filter, readonly string[]>> = {
    gpu: [...catalogue.gpuById.keys()],
    model_id: [...catalogue.modelById.keys()],
    precision: [...catalogue.precisionById.keys()],
    source: [...new Set(catalogue.measurements.map((row) => row.source))],
  };
  const names = [...EVIDENCE_FILTERS, "limit", "offset", "format"];
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
  const integer = (name: string, fallback: number, min: number, max: number): number => {
    const text = query.get(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value;
    errors.push({ parameter: name, message: `${name} is a whole number from ${min} to ${max}.`, received: cut(text) });
    return fallback;
  };
  const limit = integer("limit", DEFAULT_PAGE, 1, MAX_PAGE);
  const offset = integer("offset", 0, 0, 999_999_999);
  return errors.length > 0 ? invalidInput(errors) : accept({ filters, limit, offset });
}

import type { Catalogue, InputError, Measurement } from "@ecocompute/engine";
import { PAGE_PARAMETERS, type Page, type PageBounds, readPage } from "./paging.ts";
import { accept, invalidInput, type Read } from "./problem.ts";
import { unknownParameter } from "./query.ts";
import { cut, suggest } from "./suggest.ts";

export const EVIDENCE_FILTERS = ["gpu", "model_id", "precision", "source", "framework"] as const;
type Filter = (typeof EVIDENCE_FILTERS)[number];
/** Words that must all stand in a row's id, model, GPU, source or notes. */
const WORDS = "q";
export const EVIDENCE_PARAMETERS: readonly string[] = [WORDS, ...EVIDENCE_FILTERS, ...PAGE_PARAMETERS];

/** A row has up to 1.5 kB. */
export const EVIDENCE_BOUNDS: PageBounds = { usual: 20, max: 40 };

export interface EvidenceQuery {
  readonly filters: ReadonlyMap<Filter, string>;
  readonly words: readonly string[];
  readonly page: Page;
}

/** A filter value that the catalogue does not know is an error, not an empty page: it is most likely misspelt. */
export function readEvidenceQuery(
  query: ReadonlyMap<string, string>,
  catalogue: Catalogue,
  alsoAllowed: readonly string[] = [],
): Read<EvidenceQuery> {
  const known: Readonly<Record<Filter, readonly string[]>> = {
    gpu: [...catalogue.gpuById.keys()],
    model_id: [...catalogue.modelById.keys()],
    precision: [...catalogue.precisionById.keys()],
    source: [...new Set(catalogue.measurements.map((row) => row.source))],
    framework: [...new Set(catalogue.measurements.map((row) => row.framework))],
  };
  const names = [...EVIDENCE_PARAMETERS, ...alsoAllowed];
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
  const words = (query.get(WORDS) ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const read = { filters, words, page: readPage(query, EVIDENCE_BOUNDS, errors) };
  return errors.length > 0 ? invalidInput(errors) : accept(read);
}

/** The rows that a query means, those included that no answer may use. */
export function searchEvidence({ filters, words }: EvidenceQuery, catalogue: Catalogue): readonly Measurement[] {
  const wanted = [...filters];
  return catalogue.measurements.filter(
    (row) =>
      wanted.every(([field, value]) => row[field] === value) &&
      (words.length === 0 || words.every((word) => searchText(row).includes(word))),
  );
}

const searchText = (row: Measurement): string =>
  [row.id, row.model_id, row.gpu, row.source, row.framework, row.precision, row.workload, row.notes]
    .join(" ")
    .toLowerCase();

const usableIds = new WeakMap<Catalogue, ReadonlySet<string>>();

/** May an answer rest on this row? */
export function isUsed(row: Measurement, catalogue: Catalogue): boolean {
  let ids = usableIds.get(catalogue);
  if (!ids) {
    ids = new Set(catalogue.usable.map(({ id }) => id));
    usableIds.set(catalogue, ids);
  }
  return ids.has(row.id);
}

const BOUNDARY = {
  gpu_board: "GPU board energy (NVML), idle included: no CPU, memory, network, cooling or PUE",
  "gpu+cpu+ram": "GPU, CPU and memory together: shown, and never behind an answer about GPU energy",
} as const;

/** One row with all that is known of where it comes from. */
export function evidenceOf(row: Measurement, catalogue: Catalogue) {
  const source = catalogue.sourceById.get(row.source) ?? null;
  return {
    measurement: { ...row, usable: isUsed(row, catalogue) },
    boundary: BOUNDARY[row.energy_scope],
    method: source?.method ?? null,
    hardware: catalogue.gpuById.get(row.gpu) ?? null,
    superseded_by: catalogue.measurements.find(({ supersedes }) => supersedes === row.id)?.id ?? null,
    source,
  };
}

import type { Located, LooseData } from "../loose.ts";
import { at, type Check, type Found } from "./check.ts";

function repeated<T>(
  records: readonly Located<T>[],
  keyOf: (value: T) => string,
  idOf: (value: T) => string,
  what: string,
): Found[] {
  const first = new Map<string, Located<T>>();
  return records.flatMap((record) => {
    const key = keyOf(record.value);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, record);
      return [];
    }
    return [at(record, idOf(record.value), `${what} as ${idOf(earlier.value)} in ${earlier.file}:${earlier.line}`)];
  });
}

/** A coefficient of two files would silently be the later one's. */
const coefficients = (data: LooseData): Located<{ readonly id: string }>[] =>
  data.physics.flatMap((file) => Object.keys(file.value).map((id) => ({ ...file, value: { id } })));

/** So would the price of a region. */
const prices = (data: LooseData): Located<{ readonly id: string }>[] =>
  data.prices.flatMap((file) => file.value.prices.map(({ region }) => ({ ...file, value: { id: region } })));

const idOf = (value: { readonly id: string }): string => value.id;
const lowerId = (value: { readonly id: string }): string => value.id.toLowerCase();

export const noDuplicates: Check = {
  id: "no-duplicates",
  title: "No id twice, whatever its case, and no row that repeats another's configuration and numbers.",
  find: (data) => [
    ...repeated(data.gpus, lowerId, idOf, "the same id"),
    ...repeated(data.models, lowerId, idOf, "the same id"),
    ...repeated(data.sources, lowerId, idOf, "the same id"),
    ...repeated(data.regions, idOf, idOf, "the same id"),
    ...repeated(data.claims, lowerId, idOf, "the same id"),
    ...repeated(prices(data), idOf, idOf, "a price of the same region"),
    ...repeated(coefficients(data), idOf, idOf, "the same coefficient"),
    ...repeated([...data.measurements, ...data.disputed], lowerId, idOf, "the same id"),
    ...repeated(
      data.measurements,
      (row) =>
        [
          row.gpu,
          row.num_gpus,
          row.model_id,
          row.framework,
          row.precision,
          row.batch_size,
          row.workload,
          row.throughput_tok_s,
          row.power_w,
          row.energy_j_per_token_published,
        ].join("|"),
      idOf,
      "the same configuration and numbers",
    ),
  ],
};

import { architectureId, type Catalogue, evidenceKey, isOwn } from "../domain/catalogue.ts";
import { type Measurement, textFirst } from "../domain/measurement.ts";
import type { Model } from "../domain/model.ts";
import type { Workload } from "../domain/workload.ts";

/** A batch within 2 % is the same batch: steady-state means are 63.9 for a bound of 64. */
const SAME_BATCH = 0.02;
/** A row more than a year older than the newest of its configuration is an older software generation. */
const GENERATION_YEARS = 1;

export const sameBatch = (a: number, b: number): boolean => Math.abs(a - b) <= SAME_BATCH * Math.max(a, b);

const years = new WeakMap<Measurement, number>();

/** Year and fraction of a row's first day, from "2025-12..2026-02" or "2026-02-15". */
export function yearOf(row: Measurement): number {
  const cached = years.get(row);
  if (cached !== undefined) return cached;
  const [year = "0", month = "1"] = row.date.slice(0, 7).split("-");
  const parsed = Number(year) + (Number(month) - 1) / 12;
  years.set(row, parsed);
  return parsed;
}

const NEWER_VLLM_SINCE = 2025;

/** vLLM 0.5 of 2024: physics knows its host work as slower. */
export const isOlderVllm = (row: Measurement): boolean => row.framework === "vllm" && yearOf(row) < NEWER_VLLM_SINCE;

/** Rows of the newest software generation among `rows`. */
export function newestGeneration(rows: readonly Measurement[]): readonly Measurement[] {
  const newest = Math.max(...rows.map(yearOf));
  return rows.filter((row) => newest - yearOf(row) <= GENERATION_YEARS);
}

/** Rows by GPU, precision, framework and count. One key of all of them would cost more than the rest of most rungs. */
type RowsOfModel = Map<string, Map<string, Map<string, Map<number, readonly Measurement[]>>>>;
/** By the model's own object: one that a request made up is forgotten with the request. */
const configurations = new WeakMap<Catalogue, WeakMap<Model, RowsOfModel>>();

interface Kept<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}
/** What is kept under the key, made where nothing is. */
function kept<K, V>(map: Kept<K, V>, key: K, make: () => NoInfer<V>): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** All usable rows of this architecture, GPU, count, precision and framework, at any batch, of the newest generation; text rows before multimodal ones. */
export function sameConfiguration(w: Workload, catalogue: Catalogue): readonly Measurement[] {
  const byGpu = kept(
    kept(configurations, catalogue, () => new WeakMap()),
    w.model,
    () => new Map(),
  );
  const byPrecision = kept(byGpu, w.gpu.id, () => new Map());
  const byFramework = kept(byPrecision, w.precision, () => new Map());
  const byCount = kept(byFramework, w.framework, () => new Map());
  return kept(byCount, w.num_gpus, () => findConfiguration(w, catalogue));
}

function findConfiguration(w: Workload, catalogue: Catalogue): readonly Measurement[] {
  const key = evidenceKey(architectureId(w.model), w.gpu.id, w.num_gpus, w.framework, w.precision);
  const all = catalogue.evidence.get(key) ?? [];
  return [
    ...newestGeneration(textFirst(all.filter((row) => !isOwn(row, catalogue)))),
    // The user's own software is the generation that counts for them, and ages no published row.
    ...all.filter((row) => isOwn(row, catalogue)),
  ];
}

const apart = (asked: number, published: number | null): number =>
  published === null ? Math.LN2 : Math.abs(Math.log(asked / published));

/** Smaller is nearer: the user's own row, the model's own id, no flag, like lengths, tier, then the newest and the best repeated. */
function compareRows(
  w: Workload,
  catalogue: Catalogue,
  preferredSource: string | undefined,
): (a: Measurement, b: Measurement) => number {
  const lengths = (row: Measurement) =>
    apart(w.generation_length, row.output_tokens) + apart(w.sequence_length, row.input_tokens);
  return (a, b) =>
    Number(isOwn(b, catalogue)) - Number(isOwn(a, catalogue)) ||
    Number(b.source === preferredSource) - Number(a.source === preferredSource) ||
    Number(a.flag !== null) - Number(b.flag !== null) ||
    Number(b.model_id === w.model.id) - Number(a.model_id === w.model.id) ||
    Math.round(lengths(a) * 100) - Math.round(lengths(b) * 100) ||
    a.tier - b.tier ||
    yearOf(b) - yearOf(a) ||
    Number.parseInt(b.n_runs, 10) - Number.parseInt(a.n_runs, 10) ||
    a.energy_j_per_token - b.energy_j_per_token ||
    (a.id < b.id ? -1 : 1);
}

/** Rows of exactly this batch, the one to believe first. */
export function matchingRows(w: Workload, catalogue: Catalogue, preferredSource?: string): readonly Measurement[] {
  return sameConfiguration(w, catalogue)
    .filter((row) => sameBatch(row.batch_size, w.batch_size))
    .sort(compareRows(w, catalogue, preferredSource));
}

/** One measured curve: rows that differ in batch alone. */
export const seriesOf = (row: Measurement): string =>
  [
    row.source,
    row.model_id,
    row.workload,
    row.tensor_parallel,
    row.expert_parallel,
    row.data_parallel,
    row.pipeline_parallel,
    row.input_tokens === null ? "" : Math.round(Math.log2(row.input_tokens)),
    row.output_tokens === null ? "" : Math.round(Math.log2(row.output_tokens)),
  ].join("|");

const curves = new WeakMap<readonly Measurement[], readonly (readonly Measurement[])[]>();

/** The rows of one configuration, series by series. */
function curvesOf(rows: readonly Measurement[]): readonly (readonly Measurement[])[] {
  const cached = curves.get(rows);
  if (cached) return cached;
  const series = new Map<string, Measurement[]>();
  for (const row of rows) {
    const key = seriesOf(row);
    const known = series.get(key);
    if (known) known.push(row);
    else series.set(key, [row]);
  }
  const found = [...series.values()];
  curves.set(rows, found);
  return found;
}

/** The nearest below (or at) a batch, and above it. */
export type RowPair = readonly [Measurement, Measurement];

/** The nearest rows on both sides of the batch; null where one side has none. */
function enclosing(rows: readonly Measurement[], batch: number): RowPair | null {
  let below: Measurement | null = null;
  let above: Measurement | null = null;
  for (const row of rows) {
    if (row.batch_size <= batch) {
      if (!below || row.batch_size > below.batch_size) below = row;
    } else if (!above || row.batch_size < above.batch_size) above = row;
  }
  return below && above ? [below, above] : null;
}

/** The rows of a configuration by batch, found once for all batches that are asked for; `w.batch_size` is not looked at. */
export interface RowsAlong {
  /** Of exactly this batch the one to believe first. */
  readonly matching: (batch_size: number) => Measurement | undefined;
  /** The two of one series that enclose the batch, from the series to believe first; null when none does. */
  readonly enclosing: (batch_size: number) => RowPair | null;
}

/** What `compare` puts first. */
const first = <T>(xs: readonly T[], compare: (a: T, b: T) => number): T | undefined =>
  xs.reduce<T | undefined>((best, x) => (best === undefined || compare(x, best) < 0 ? x : best), undefined);

export function rowsAlong(w: Workload, catalogue: Catalogue, preferredSource?: string): RowsAlong {
  const rows = sameConfiguration(w, catalogue);
  const compare = compareRows(w, catalogue, preferredSource);
  const batches = batchesOf(rows);
  // Between two neighbouring batches of the rows the same two enclose: found once.
  const pairs = new Map<number, RowPair | null>();
  return {
    matching: (batch_size) =>
      batches.some((batch) => sameBatch(batch, batch_size))
        ? first(
            rows.filter((row) => sameBatch(row.batch_size, batch_size)),
            compare,
          )
        : undefined,
    enclosing: (batch_size) => {
      const above = batches.findIndex((batch) => batch > batch_size);
      if (above <= 0) return null;
      let pair = pairs.get(above);
      if (pair === undefined) {
        pair = firstEnclosing(rows, batch_size, compare);
        pairs.set(above, pair);
      }
      return pair;
    },
  };
}

function firstEnclosing(
  rows: readonly Measurement[],
  batch: number,
  compare: (a: Measurement, b: Measurement) => number,
): RowPair | null {
  const pairs = curvesOf(rows).flatMap((series) => {
    const pair = enclosing(series, batch);
    return pair ? [pair] : [];
  });
  return first(pairs, (p, q) => compare(p[0], q[0])) ?? null;
}

const batchesOfRows = new WeakMap<readonly Measurement[], readonly number[]>();

/** The distinct batches of the rows, ascending. */
function batchesOf(rows: readonly Measurement[]): readonly number[] {
  const cached = batchesOfRows.get(rows);
  if (cached) return cached;
  const batches = [...new Set(rows.map((row) => row.batch_size))].sort((a, b) => a - b);
  batchesOfRows.set(rows, batches);
  return batches;
}

/** The two rows of one series that enclose the workload's batch, from the series to believe first; null when none does. */
export const enclosingRows = (w: Workload, catalogue: Catalogue, preferredSource?: string): RowPair | null =>
  rowsAlong(w, catalogue, preferredSource).enclosing(w.batch_size);

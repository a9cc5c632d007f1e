import { architectureId, type Catalogue, evidenceKey, isOwn } from "../domain/catalogue.ts";
import { type Measurement, textFirst } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";

/** A batch within 2 % is the same batch: steady-state means are 63.9 for a bound of 64. */
export const SAME_BATCH = 0.02;
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

const configurations = new WeakMap<Catalogue, Map<string, readonly Measurement[]>>();
const NO_ROWS: readonly Measurement[] = [];

/** All usable rows of this architecture, GPU, count, precision and framework, at any batch, of the newest generation; text rows before multimodal ones. */
export function sameConfiguration(w: Workload, catalogue: Catalogue): readonly Measurement[] {
  let known = configurations.get(catalogue);
  if (!known) {
    known = new Map();
    configurations.set(catalogue, known);
  }
  const key = evidenceKey(architectureId(w.model), w.gpu.id, w.num_gpus, w.framework, w.precision);
  const cached = known.get(key);
  if (cached) return cached;
  const all = catalogue.evidence.get(key);
  // Keys without rows are as many as there are questions: they are not kept.
  if (all === undefined) return NO_ROWS;
  const rows = [
    ...newestGeneration(textFirst(all.filter((row) => !isOwn(row, catalogue)))),
    // The user's own software is the generation that counts for them, and ages no published row.
    ...all.filter((row) => isOwn(row, catalogue)),
  ];
  known.set(key, rows);
  return rows;
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

/** The nearest rows on both sides of the batch; null where one side has none. */
function enclosing(rows: readonly Measurement[], batch: number): readonly [Measurement, Measurement] | null {
  let below: Measurement | null = null;
  let above: Measurement | null = null;
  for (const row of rows) {
    if (row.batch_size <= batch) {
      if (!below || row.batch_size > below.batch_size) below = row;
    } else if (!above || row.batch_size < above.batch_size) above = row;
  }
  return below && above ? [below, above] : null;
}

/** The two rows of one series that enclose the batch, from the series to believe first; null when none does. */
export function enclosingRows(
  w: Workload,
  catalogue: Catalogue,
  preferredSource?: string,
): readonly [Measurement, Measurement] | null {
  const pairs = curvesOf(sameConfiguration(w, catalogue)).flatMap((rows) => {
    const pair = enclosing(rows, w.batch_size);
    return pair ? [pair] : [];
  });
  const compare = compareRows(w, catalogue, preferredSource);
  return pairs.sort((p, q) => compare(p[0], q[0]))[0] ?? null;
}

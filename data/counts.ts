import { type CatalogueData, isUsable, type Measurement } from "./schema.ts";

/** Counted, never typed: what the docs say of the size of the evidence. */
export interface Counts {
  readonly rows: number;
  /** Distinct settings: repeats and sessions of one setting count once. */
  readonly configurations: number;
  /** Runs behind the rows, at least: a row that states no number of runs counts one. */
  readonly runs: number;
  readonly gpus: number;
  readonly models: number;
  /** Rows that may stand behind an answer. */
  readonly usable: number;
}

/** "10" is ten runs; "1 steady-state run", "1 pass, 164 problems", "~3000 prompts" and "not stated" are one. */
const runsOf = (row: Measurement): number => Number(/^\d+(?= |$)/.exec(row.n_runs)?.[0] ?? 1);

const configurationOf = (row: Measurement): string =>
  [
    row.gpu,
    row.num_gpus,
    row.model_id,
    row.framework,
    row.precision,
    row.max_num_seqs ?? row.batch_size,
    row.tensor_parallel,
    row.pipeline_parallel,
    row.expert_parallel,
    row.data_parallel,
    row.workload,
    row.torch_compile,
    row.use_cache,
    // A steady-state run has the lengths that its requests happened to have; the kit sets them.
    ...(row.energy_meter === undefined ? [] : [row.input_tokens, row.output_tokens]),
  ].join("|");

export function countRows(rows: readonly Measurement[]): Counts {
  return {
    rows: rows.length,
    configurations: new Set(rows.map(configurationOf)).size,
    runs: rows.reduce((sum, row) => sum + runsOf(row), 0),
    gpus: new Set(rows.map(({ gpu }) => gpu)).size,
    models: new Set(rows.map(({ model_id: model }) => model)).size,
    usable: rows.filter(isUsable).length,
  };
}

export const countsBySource = (catalogue: CatalogueData): readonly (readonly [source: string, counts: Counts])[] =>
  catalogue.sources
    .filter(({ kind }) => kind === "measurements")
    .map(({ id }) => [id, countRows(catalogue.measurements.filter(({ source }) => source === id))]);

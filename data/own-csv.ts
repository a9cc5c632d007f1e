import { readCsv } from "./records.ts";
import { type OwnMeasurement, OwnMeasurementSchema } from "./schema.ts";

export interface OwnCsv {
  readonly rows: readonly OwnMeasurement[];
  /** What is wrong, each with its file and line. */
  readonly problems: readonly string[];
}

/** Row of a file → its line, for messages: the header is line 1, and no cell of the kit holds a line break. */
export const lineOfRow = (index: number): number => index + 2;

/** A user's run.csv as measure/ writes it. Its columns are the schema's, in their order; those without a value may be left out. */
export function readOwnCsv(file: string, text: string): OwnCsv {
  const { records, problems } = readCsv(file, text, OwnMeasurementSchema);
  return {
    rows: records.map(({ value }) => value),
    problems: problems.map(({ line, message }) => `${file}:${line}: ${message}`),
  };
}

/** A row with its place, "run.csv:2". */
export interface OwnCsvFiles {
  readonly rows: readonly OwnMeasurement[];
  readonly places: readonly string[];
  readonly problems: readonly string[];
}

/** Several files as one list of rows. */
export function readOwnCsvFiles(files: readonly { readonly path: string; readonly content: string }[]): OwnCsvFiles {
  const read = files.map(({ path, content }) => ({ path, ...readOwnCsv(path, content) }));
  return {
    rows: read.flatMap(({ rows }) => rows),
    places: read.flatMap(({ path, rows }) => rows.map((_, index) => `${path}:${lineOfRow(index)}`)),
    problems: read.flatMap(({ problems }) => problems),
  };
}

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

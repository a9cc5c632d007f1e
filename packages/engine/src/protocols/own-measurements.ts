import * as z from "zod";
import { type Catalogue, withOwnMeasurements } from "../domain/catalogue.ts";
import { FLAGS, type Measurement } from "../domain/measurement.ts";
import { type OwnMeasurement, OwnMeasurementSchema, toMeasurement } from "../domain/own-measurement.ts";
import type { InputError, Outcome, Warning } from "../domain/problem.ts";
import type { Report } from "../domain/report.ts";
import { ROW_CHECKS } from "../domain/row-checks.ts";
import { invalid, parse } from "./parse.ts";
import type { Protocol } from "./protocol.ts";
import { resolveGpu } from "./resolve-gpu.ts";
import { resolveModel } from "./resolve-model.ts";
import { shown } from "./shown.ts";

/** Rows of one question: the whole of a large plan. */
export const MAX_OWN_MEASUREMENTS = 500;

const parameters = {
  measurements: z
    .array(OwnMeasurementSchema)
    .max(MAX_OWN_MEASUREMENTS)
    .describe(
      "Your own measured rows, as measure/ writes them: checked as published rows are, ranked above them for the same GPU, never stored",
    )
    .optional(),
};

export interface OwnCatalogue {
  readonly catalogue: Catalogue;
  readonly warnings: readonly Warning[];
}

/** What errors call a row: its index in a request, its line in a file. */
type PlaceOf = (index: number) => string;

interface Named {
  readonly row: Measurement;
  readonly warnings: readonly Warning[];
}

const ALIASES: ReadonlySet<string> = new Set(["gpu-alias", "model-alias"]);

/** A row with the catalogue's ids for what it names. */
function named(
  row: OwnMeasurement,
  index: number,
  catalogue: Catalogue,
  at: PlaceOf,
): Named | { readonly error: InputError } {
  const gpu = resolveGpu(row.gpu, catalogue);
  if ("error" in gpu) return { error: { ...gpu.error, parameter: `${at(index)}.gpu` } };
  const model = resolveModel(row.model_id, catalogue);
  if ("error" in model) return { error: { ...model.error, parameter: `${at(index)}.model_id` } };
  const number = String(index + 1).padStart(4, "0");
  const source = row.source ?? "own";
  const ids = { id: row.id ?? `${source}-${number}`, source, gpu: gpu.gpu.id, model_id: model.model.id };
  return {
    row: toMeasurement(row, ids),
    warnings: [...gpu.warnings, ...model.warnings].filter(({ code }) => ALIASES.has(code)),
  };
}

const rowErrors = (row: Measurement, index: number, catalogue: Catalogue, at: PlaceOf): InputError[] => {
  const references = {
    gpu: catalogue.gpuById.get(row.gpu),
    model: catalogue.modelById.get(row.model_id),
    precision: catalogue.precisionById.get(row.precision),
  };
  return ROW_CHECKS.flatMap((check) => check(row, references)).map(({ field, message }) => ({
    parameter: `${at(index)}.${field}`,
    message,
    received: shown(row[field] ?? null),
  }));
};

function repeatedIds(rows: readonly Measurement[], catalogue: Catalogue, at: PlaceOf): InputError[] {
  const first = new Map<string, number>();
  return rows.flatMap((row, index) => {
    const earlier = first.get(row.id);
    if (earlier === undefined) first.set(row.id, index);
    if (earlier === undefined && !catalogue.measurementById.has(row.id)) return [];
    const whose = earlier === undefined ? "a published measurement" : at(earlier);
    return [
      {
        parameter: `${at(index)}.id`,
        message: `the id of ${whose}: give it another`,
        received: shown(row.id),
      },
    ];
  });
}

const ROWS_NAMED = 5;

function idsOf(rows: readonly Measurement[]): string {
  const more = rows.length - ROWS_NAMED;
  const ids = rows.slice(0, ROWS_NAMED).map(({ id }) => id);
  return more > 0 ? `${ids.join(", ")} and ${more} more` : ids.join(", ");
}

/** What a reader has to know of the rows: how names were understood, which rows no estimate uses, which are flagged. */
function told(rows: readonly Measurement[], usable: ReadonlySet<Measurement>, aliases: readonly Warning[]): Warning[] {
  const unused = rows.filter((row) => !usable.has(row));
  const warnings = [
    ...aliases,
    {
      code: "own-measurements",
      message: `${rows.length === 1 ? "1 row" : `${rows.length} rows`} of your own rank above published ones for the same GPU; they are not stored.`,
    },
    ...FLAGS.flatMap((flag) => {
      const those = rows.filter((row) => row.flag === flag);
      const message = `Flagged ${flag.replaceAll("_", " ")}: ${idsOf(those)}.`;
      return those.length === 0 ? [] : [{ code: "own-measurement-flagged", message }];
    }),
  ];
  if (unused.length > 0) {
    const why =
      "runs with torch.compile or without the KV cache are one side of a pair, and rows of tier 3, of another energy scope or corrected by another are shown alone";
    warnings.push({ code: "own-measurements-unused", message: `No estimate uses ${idsOf(unused)}: ${why}.` });
  }
  return [...new Map(warnings.map((warning) => [warning.message, warning])).values()];
}

/** Every row by its schema; errors name the row and the field. */
function parseRows(measurements: unknown, at: PlaceOf): Outcome<readonly OwnMeasurement[]> {
  const parameter = "measurements";
  if (!Array.isArray(measurements))
    return invalid([{ parameter, message: "expected a list of rows", received: shown(measurements) }]);
  if (measurements.length > MAX_OWN_MEASUREMENTS) {
    const message = `expected at most ${MAX_OWN_MEASUREMENTS} rows`;
    return invalid([{ parameter, message, received: shown(measurements.length) }]);
  }
  const outcomes = measurements.map((row: unknown) => parse(OwnMeasurementSchema, row));
  const errors = outcomes.flatMap((outcome, index) =>
    outcome.ok
      ? []
      : outcome.problem.errors.map((error) => ({
          ...error,
          parameter: error.parameter === "(body)" ? at(index) : `${at(index)}.${error.parameter}`,
        })),
  );
  if (errors.length > 0) return invalid(errors);
  return { ok: true, value: outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : [])) };
}

/** The catalogue with rows that a user brings, after every check that a published row meets; all errors at once. */
export function takeOwnMeasurements(
  measurements: unknown,
  catalogue: Catalogue,
  at: PlaceOf = (index) => `measurements[${index}]`,
): Outcome<OwnCatalogue> {
  const parsed = parseRows(measurements, at);
  if (!parsed.ok) return parsed;
  if (parsed.value.length === 0) return { ok: true, value: { catalogue, warnings: [] } };
  const outcomes = parsed.value.map((row, index) => named(row, index, catalogue, at));
  const unnamed = outcomes.flatMap((outcome) => ("error" in outcome ? [outcome.error] : []));
  const found = outcomes.flatMap((outcome, index) => ("error" in outcome ? [] : [{ ...outcome, index }]));
  const rows = found.map(({ row }) => row);
  const errors = [
    ...unnamed,
    ...found.flatMap(({ row, index }) => rowErrors(row, index, catalogue, at)),
    ...(unnamed.length > 0 ? [] : repeatedIds(rows, catalogue, at)),
  ];
  if (errors.length > 0) return invalid(errors);
  const extended = withOwnMeasurements(catalogue, rows);
  const warnings = told(
    rows,
    new Set(extended.usable),
    found.flatMap((each) => each.warnings),
  );
  return { ok: true, value: { catalogue: extended, warnings } };
}

const hasMeasurements = (input: unknown): input is { readonly measurements: unknown } =>
  typeof input === "object" && input !== null && Object.hasOwn(input, "measurements");

/** The same protocol for a request that brings `measurements`: they are evidence for this answer and no other. */
export function acceptingMeasurements<R extends Report>(protocol: Protocol<R>): Protocol<R> {
  return {
    ...protocol,
    schema: protocol.schema.extend(parameters),
    run: (input, context) => {
      if (!hasMeasurements(input)) return protocol.run(input, context);
      const { measurements, ...request } = input;
      const own = takeOwnMeasurements(measurements, context.catalogue);
      if (!own.ok) return own;
      const outcome = protocol.run(request, { ...context, catalogue: own.value.catalogue });
      if (!outcome.ok) return outcome;
      return { ok: true, value: { ...outcome.value, warnings: [...own.value.warnings, ...outcome.value.warnings] } };
    },
  };
}

import * as z from "zod";
import { ClaimDefinitionSchema } from "./claims/definition.ts";
import type { FileTexts } from "./files.ts";
import type { Located, LooseData, Problem } from "./loose.ts";
import { readCsv, readYaml } from "./records.ts";
import { CloudRegionRowSchema, GridFileSchema, GridRowSchema, joinRegions, PriceFileSchema } from "./regions.ts";
import {
  DisputedSchema,
  GpuSchema,
  HeldOutSchema,
  MeasurementSchema,
  ModelSchema,
  PhysicsCoefficientsSchema,
  PrecisionSchema,
  SliceSchema,
  SourceSchema,
} from "./schema.ts";

const ExceptionSchema = z.strictObject({ check: z.string(), subject: z.string(), reason: z.string().min(10) });

/** Parses every file by its schema. Never throws on bad data: what failed is in `unreadable`. */
export function parseData(files: FileTexts): LooseData {
  const unreadable: Problem[] = [];
  const collect = <T>(
    match: RegExp,
    read: (file: string, text: string) => { records: readonly Located<T>[]; problems: readonly Problem[] },
  ): Located<T>[] =>
    [...files].flatMap(([file, text]) => {
      if (!match.test(file)) return [];
      const { records, problems } = read(file, text);
      unreadable.push(...problems);
      return [...records];
    });
  const yamlRecords = <T>(match: RegExp, schema: z.ZodType<T>, pick?: string): Located<T>[] =>
    collect(match, (file, text) => readYaml(file, text, schema, pick));
  const csvRecords = <T>(match: RegExp, schema: z.ZodObject & z.ZodType<T>): Located<T>[] =>
    collect(match, (file, text) => readCsv(file, text, schema));

  const sources = yamlRecords(/^sources\//, SourceSchema);
  const cloud_regions = csvRecords(/^cloud-regions\.csv$/, CloudRegionRowSchema);
  const prices = yamlRecords(/^prices\//, PriceFileSchema);
  return {
    gpus: yamlRecords(/^gpus\//, GpuSchema),
    models: yamlRecords(/^models\//, ModelSchema),
    precisions: yamlRecords(/^precisions\//, PrecisionSchema),
    sources,
    measurements: csvRecords(/^measurements\//, MeasurementSchema),
    disputed: csvRecords(/^disputed\//, DisputedSchema),
    regions: joinRegions(
      csvRecords(/^grid\/.*\.csv$/, GridRowSchema),
      yamlRecords(/^grid\/.*\.yaml$/, GridFileSchema),
      prices,
      sources,
      cloud_regions,
    ),
    prices,
    cloud_regions,
    physics: yamlRecords(/^physics\/.*\.yaml$/, PhysicsCoefficientsSchema),
    thresholds: yamlRecords(/^rules\/.*\.yaml$/, PhysicsCoefficientsSchema),
    held_out: yamlRecords(/^accuracy\/held-out\.yaml$/, HeldOutSchema, "held_out"),
    slices: yamlRecords(/^accuracy\/slices\.yaml$/, SliceSchema, "slices"),
    claims: yamlRecords(/^claims\.yaml$/, ClaimDefinitionSchema, "claims"),
    exceptions: yamlRecords(/^checks\/exceptions\.yaml$/, ExceptionSchema, "exceptions"),
    unreadable,
    declared: new Set(
      [...files.keys()].map((file) => file.replace(/^(gpus|models|precisions|sources)\/(.*)\.yaml$/, "$1/$2")),
    ),
  };
}

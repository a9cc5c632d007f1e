import { join } from "node:path";
import { createGenerator, type Schema } from "ts-json-schema-generator";
import * as z from "zod";
import type { AnswerSchemas } from "./compiled.ts";
import {
  ClaimResultSchema,
  GpuSchema,
  HeldOutSchema,
  MeasurementSchema,
  ModelSchema,
  RegionSchema,
  SliceSchema,
  SourceSchema,
} from "./schema.ts";

const ENGINE = join(import.meta.dirname, "../packages/engine");

/** The engine's public types that travel over a wire. */
const ANSWERS = [
  "EstimateReport",
  "OptimizeReport",
  "CompareReport",
  "DiagnoseReport",
  "AuditReport",
  "Problem",
] as const;

/** The catalogue's records, as its own schemas say. */
const RECORDS = {
  Measurement: MeasurementSchema,
  Source: SourceSchema,
  Gpu: GpuSchema,
  Model: ModelSchema,
  Region: RegionSchema,
  Claim: ClaimResultSchema,
  HeldOut: HeldOutSchema,
  Slice: SliceSchema,
} as const;

function recordSchema(schema: z.ZodType): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema);
  return rest;
}

/** What the protocols answer, read from the engine's own types: a field that is new there is new here. */
export function answerSchemas(): AnswerSchemas {
  const generator = createGenerator({
    path: join(ENGINE, "src/index.ts"),
    tsconfig: join(ENGINE, "tsconfig.json"),
    skipTypeCheck: true,
    additionalProperties: false,
    expose: "export",
  });
  const schemas = ANSWERS.map((name): Schema => generator.createSchema(name));
  const records = Object.entries(RECORDS).map(([name, schema]) => [name, recordSchema(schema)]);
  return Object.assign({}, ...schemas.map(({ definitions }) => definitions), Object.fromEntries(records));
}

import type { Protocol } from "@ecocompute/engine";
import * as z from "zod";
import { requestSchema } from "../parameters.ts";
import { PROBLEM_PAGES } from "../problem.ts";
import type { Service } from "../service.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

const text = { type: "string" };
const texts = { type: "array", items: text };
const nullable = (type: string) => ({ type: [type, "null"] });

/** An object of exactly these fields. */
const having = (properties: Readonly<Record<string, object>>, optional: readonly string[] = []): JsonSchema => ({
  type: "object",
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
  properties,
});

/** Where a schema is found by those that refer to it. */
export type Reference = (name: string) => { readonly $ref: string };

/** Where the OpenAPI document keeps its schemas. */
export const reference: Reference = (name) => ({ $ref: `#/components/schemas/${name}` });

export const parameter = (name: string, schema: unknown, more: object = {}) => ({ name, in: "query", schema, ...more });

export const GRID: JsonSchema = having({
  zone: text,
  gco2_per_kwh: nullable("number"),
  kind: { enum: ["yearly", "live", "given"] },
  year: nullable("integer"),
  time: nullable("string"),
  statistic: text,
  scope: text,
  mix: text,
  stale: { type: "boolean" },
  source: { anyOf: [having({ id: text, url: text, licence: text }), { type: "null" }] },
});

const BOUNDARY_SCHEMA: JsonSchema = having({ scope: { const: "gpu" }, includes: text, excludes: text, facility: text });

const VERSIONS = {
  dataset_version: text,
  method_version: text,
  generated_from: text,
} as const;

export const reportName = (protocol: Protocol): string =>
  `${protocol.id.charAt(0).toUpperCase()}${protocol.id.slice(1)}Report`;

/** `#/definitions/X` of the compiled schemas → wherever this document keeps X. */
function relocate(schema: unknown, reference: Reference): unknown {
  if (Array.isArray(schema)) return schema.map((item) => relocate(item, reference));
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) =>
      key === "$ref" && typeof value === "string"
        ? [key, reference(value.replace("#/definitions/", "")).$ref]
        : [key, relocate(value, reference)],
    ),
  );
}

const isRecord = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const namesIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];

/** A report with what the edge adds to it. */
function withEdge(report: JsonSchema, reference: Reference): JsonSchema {
  const properties = isRecord(report.properties) ? report.properties : {};
  return {
    ...report,
    properties: {
      ...properties,
      ...VERSIONS,
      grid: reference("Grid"),
      boundary: reference("Boundary"),
      verdict: { enum: ["pass", "warn", "fail", "unknown"] },
      verdict_why: text,
    },
    required: [...new Set([...namesIn(report.required), ...Object.keys(VERSIONS), "grid", "boundary"])],
  };
}

/** Records that an answer adds fields to. */
const SERVED_WITH_MORE: readonly string[] = ["Measurement", "Region"];

/** Every schema of an answer, by name, referring to each other by `reference`. */
export function answerComponents(service: Service, reference: Reference): Readonly<Record<string, JsonSchema>> {
  const reports = new Set(service.protocols.map(reportName));
  const { Problem: _engines, ...compiled } = service.answerSchemas;
  const relocated = Object.entries(compiled).map(([name, schema]) => {
    const moved = relocate(schema, reference);
    const record = isRecord(moved) ? moved : {};
    if (SERVED_WITH_MORE.includes(name)) {
      const { additionalProperties: _closed, ...open } = record;
      return [name, open] as const;
    }
    return [name, reports.has(name) ? withEdge(record, reference) : record] as const;
  });
  return { ...Object.fromEntries(relocated), Grid: GRID, Boundary: BOUNDARY_SCHEMA, Problem: problemSchema(reference) };
}

const problemSchema = (reference: Reference): JsonSchema => ({
  type: "object",
  required: ["type", "title", "status", "detail", "instance", "errors"],
  properties: {
    type: { enum: Object.keys(PROBLEM_PAGES).map((type) => `/problems/${type}`) },
    title: text,
    status: { type: "integer" },
    detail: text,
    instance: text,
    errors: { type: "array", items: reference("InputError") },
    missing: text,
    nearest_evidence: texts,
    how_to_measure: text,
    alternatives: { type: "array", items: { type: "object" } },
    verdict: { enum: ["fail", "unknown"] },
    report: { type: "object" },
  },
});

/** A page of a list. */
export const listSchema = (items: object): JsonSchema =>
  having({
    ...VERSIONS,
    total: { type: "integer" },
    limit: { type: "integer" },
    offset: { type: "integer" },
    next: nullable("string"),
    items: { type: "array", items },
  });

export const evidenceSchema = (reference: Reference): JsonSchema =>
  having({
    ...VERSIONS,
    measurement: measurementSchema(reference),
    boundary: text,
    method: nullable("string"),
    hardware: { anyOf: [reference("Gpu"), { type: "null" }] },
    superseded_by: nullable("string"),
    source: { anyOf: [reference("Source"), { type: "null" }] },
  });

/** A row, and may an answer rest on it? */
export const measurementSchema = (reference: Reference): JsonSchema => ({
  allOf: [
    reference("Measurement"),
    { type: "object", required: ["usable"], properties: { usable: { type: "boolean" } } },
  ],
});

export const healthSchema: JsonSchema = having({ status: text, version: text, ...VERSIONS });

/** The request of a protocol as JSON Schema, from the schema that validates. */
export function requestJsonSchema(protocol: Protocol): z.core.JSONSchema.JSONSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(requestSchema(protocol), {
    io: "input",
    unrepresentable: "any",
  });
  return schema;
}

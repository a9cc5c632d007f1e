import type { Protocol } from "@ecocompute/engine";
import * as z from "zod";
import { MEDIA_TYPES } from "./negotiate.ts";
import { PROBLEM_PAGES } from "./problem.ts";
import { EVIDENCE_FILTERS } from "./routes/evidence.ts";
import { takesGet } from "./routes/protocols.ts";
import type { Service } from "./service.ts";

/** OpenAPI 3.1. Requests come from the schemas that validate; answers are described by their envelope only. */
export function openApi({ version, protocols }: Service): object {
  return {
    openapi: "3.1.0",
    info: {
      title: "EcoCompute",
      version,
      description: "Energy, cost and carbon of LLM inference, from audited measurements.",
      license: { name: "MIT", identifier: "MIT" },
    },
    paths: {
      ...Object.fromEntries(protocols.map((protocol) => [`/v1/${protocol.id}`, protocolPath(protocol)])),
      ...Object.fromEntries(
        ["models", "gpus", "regions", "rules", "claims", "accuracy"].map((name) => [
          `/v1/${name}`,
          { get: { ...read(`list_${name}`, `The catalogue's ${name}, paged`, "List"), parameters: PAGE } },
        ]),
      ),
      "/v1/evidence": {
        get: {
          ...read("list_evidence", "Stored measurements, paged", "List"),
          parameters: [...EVIDENCE_FILTERS.map((name) => parameter(name, { type: "string" })), ...PAGE],
        },
      },
      "/v1/evidence/{id}": {
        get: {
          ...read("get_evidence", "One measurement with its source", "Evidence"),
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        },
      },
      "/health": { get: read("health", "Is the service up, and which data does it hold?", "Health") },
    },
    components: {
      schemas: {
        ...Object.fromEntries(protocols.map((protocol) => [`${protocol.id}_request`, requestSchema(protocol)])),
        ...ANSWERS,
        Problem: PROBLEM,
      },
    },
  };
}

function requestSchema(protocol: Protocol): object {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(protocol.schema, { io: "input", unrepresentable: "any" });
  return schema;
}

/** A list of rows or files does not belong in a URL: POST takes it. */
const isList = (schema: z.core.JSONSchema.JSONSchema | boolean): boolean =>
  typeof schema === "object" && schema.type === "array";

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const parameter = (name: string, schema: unknown, required = false) => ({ name, in: "query", required, schema });

const PAGE = [
  parameter("limit", { type: "integer", minimum: 1 }),
  parameter("offset", { type: "integer", minimum: 0 }),
];

const PROBLEM_RESPONSE = {
  description: "RFC 9457 problem details",
  content: { "application/problem+json": { schema: reference("Problem") } },
};

const read = (operationId: string, summary: string, answer: keyof typeof ANSWERS) => ({
  operationId,
  summary,
  responses: {
    "200": { description: summary, content: { [MEDIA_TYPES.json]: { schema: reference(answer) } } },
    default: PROBLEM_RESPONSE,
  },
});

function protocolPath(protocol: Protocol): object {
  const described = { summary: protocol.title, description: protocol.description };
  const responses = {
    "200": {
      description: protocol.title,
      content: {
        [MEDIA_TYPES.json]: { schema: reference("Answer") },
        [MEDIA_TYPES.markdown]: { schema: { type: "string" } },
      },
    },
    default: PROBLEM_RESPONSE,
  };
  const format = parameter("format", { enum: ["json", "markdown"] });
  const { properties = {}, required = [] } = z.toJSONSchema(protocol.schema, { io: "input", unrepresentable: "any" });
  const get = {
    ...described,
    operationId: `${protocol.id}_get`,
    parameters: [
      ...Object.entries(properties)
        .filter(([, schema]) => !isList(schema))
        .map(([name, schema]) => parameter(name, schema, required.includes(name))),
      format,
    ],
    responses,
  };
  const post = {
    ...described,
    operationId: protocol.id,
    parameters: [format],
    requestBody: {
      required: true,
      content: { [MEDIA_TYPES.json]: { schema: reference(`${protocol.id}_request`) } },
    },
    responses,
  };
  return takesGet(protocol) ? { get, post } : { post };
}

const text = { type: "string" };
const texts = { type: "array", items: text };

/** An object that has at least these fields. */
const having = (properties: Readonly<Record<string, object>>) => ({
  type: "object",
  required: Object.keys(properties),
  properties,
});

const ANSWERS = {
  Answer: having({
    protocol: text,
    dataset_version: text,
    configuration: { type: "object" },
    warnings: { type: "array", items: having({ code: text, message: text }) },
  }),
  List: having({
    dataset_version: text,
    total: { type: "integer" },
    next: { type: ["string", "null"] },
    items: { type: "array", items: { type: "object" } },
  }),
  Evidence: having({ dataset_version: text, measurement: { type: "object" }, source: { type: ["object", "null"] } }),
  Health: having({ status: text, version: text, dataset_version: text }),
} as const;

const PROBLEM = {
  type: "object",
  required: ["type", "title", "status", "detail", "instance", "errors"],
  properties: {
    type: { enum: Object.keys(PROBLEM_PAGES).map((type) => `/problems/${type}`) },
    title: text,
    status: { type: "integer" },
    detail: text,
    instance: text,
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["parameter", "message", "received"],
        properties: { parameter: text, message: text, received: text, allowed: texts, did_you_mean: text },
      },
    },
    missing: text,
    nearest_evidence: texts,
    how_to_measure: text,
    alternatives: { type: "array", items: { type: "object" } },
  },
};

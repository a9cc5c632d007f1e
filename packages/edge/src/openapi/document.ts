import type { Protocol } from "@ecocompute/engine";
import type * as z from "zod";
import { EVIDENCE_FILTERS } from "../evidence-search.ts";
import { MEDIA_TYPES } from "../negotiate.ts";
import { PROBLEM_MEDIA_TYPE, PROBLEM_PAGES, type ProblemType, problemBody } from "../problem.ts";
import { formatsOf } from "../render.ts";
import { LIST_NAMES } from "../routes/lists.ts";
import { takesGet } from "../routes/protocols.ts";
import type { Service } from "../service.ts";
import { EXAMPLES } from "./examples.ts";
import {
  answerComponents,
  evidenceSchema,
  healthSchema,
  type JsonSchema,
  listSchema,
  measurementSchema,
  reportName,
  requestJsonSchema,
} from "./schemas.ts";

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const parameter = (name: string, schema: unknown, more: object = {}) => ({ name, in: "query", schema, ...more });

/** Record of each list; what has no schema of its own is any object. */
const LIST_ITEMS: Readonly<Record<(typeof LIST_NAMES)[number], object>> = {
  models: reference("Model"),
  gpus: reference("Gpu"),
  regions: {
    allOf: [
      reference("Region"),
      {
        type: "object",
        required: ["grid", "live"],
        properties: { grid: reference("Grid"), live: { type: ["string", "null"] } },
      },
    ],
  },
  rules: {
    type: "object",
    required: ["id", "title", "description", "default_severity"],
    properties: {
      id: { type: "string" },
      title: { type: "string" },
      description: { type: "string" },
      default_severity: { enum: ["critical", "warning", "info"] },
    },
  },
  claims: reference("Claim"),
  accuracy: reference("HeldOut"),
  "accuracy/slices": reference("Slice"),
};

/** OpenAPI 3.1: requests come from the schemas that validate, answers from the engine's own types. */
export function openApi(service: Service, origin?: string): object {
  return {
    openapi: "3.1.0",
    info: {
      title: "EcoCompute",
      version: service.version,
      description:
        "Energy, cost and carbon of LLM inference, from audited measurements. Every quantity is `{value, low, high}` in the unit that its name carries; low..high is the 90 % interval.",
      license: { name: "MIT", identifier: "MIT" },
      contact: { name: "EcoCompute", url: "https://github.com/hongping-zh/ecocompute-dynamic-eval" },
    },
    servers: [{ url: origin ?? "/", description: "This deployment" }],
    security: [],
    tags: [
      { name: "protocols", description: "Questions about a deployment" },
      { name: "catalogue", description: "What is known, and where from" },
      { name: "service", description: "The service itself" },
    ],
    paths: {
      ...Object.fromEntries(service.protocols.map((protocol) => [`/v1/${protocol.id}`, protocolPath(protocol)])),
      ...Object.fromEntries(LIST_NAMES.map((name) => [`/v1/${name}`, listPath(name)])),
      "/v1/evidence": {
        get: {
          ...read("list_evidence", "Stored measurements, paged", "catalogue", listSchema(measurementSchema(reference))),
          parameters: [
            parameter(
              "q",
              { type: "string" },
              { description: "Words that must all stand in the row", example: "llama h100" },
            ),
            ...EVIDENCE_FILTERS.map((name) => parameter(name, { type: "string" })),
            ...PAGE,
          ],
        },
      },
      "/v1/evidence/{id}": {
        get: {
          ...read("get_evidence", "One measurement with its source", "catalogue", evidenceSchema(reference), [
            "not-found",
          ]),
          parameters: [
            { name: "id", in: "path", required: true, schema: { type: "string" }, example: "eco-a800-batch-0215-0004" },
          ],
        },
      },
      "/health": { get: read("health", "Is the service up, and which data does it hold?", "service", healthSchema) },
      "/ready": { get: read("ready", "Does it answer a question?", "service", healthSchema) },
    },
    components: {
      schemas: { ...answerComponents(service, reference), ...sharedRows(service) },
      responses: problemResponses(),
    },
  };
}

const PAGE = [
  parameter("limit", { type: "integer", minimum: 1 }),
  parameter("offset", { type: "integer", minimum: 0 }),
  parameter("dataset", { type: "string" }, { description: "Refuse with 409 where another dataset is held" }),
];

/** Problems that an operation may answer with; those of one status share a response. */
const ANSWERED_WITH = [
  "malformed",
  "not-found",
  "not-acceptable",
  "dataset-mismatch",
  "body-too-large",
  "url-too-long",
  "unsupported-media-type",
  "invalid-input",
  "unknown",
  "does-not-fit",
  "verdict-failed",
  "rate-limited",
  "internal",
] as const satisfies readonly ProblemType[];

const statusOf = (type: ProblemType): number => PROBLEM_PAGES[type].status;
const statuses = (types: readonly ProblemType[]): readonly number[] =>
  [...new Set(types.map(statusOf))].sort((a, b) => a - b);

const responseName = (status: number): string => `problem_${status}`;

function problemResponses(): Readonly<Record<string, object>> {
  return Object.fromEntries(
    statuses(ANSWERED_WITH).map((status) => {
      const types = ANSWERED_WITH.filter((type) => statusOf(type) === status);
      const response = {
        description: types.map((type) => `${PROBLEM_PAGES[type].title}: ${PROBLEM_PAGES[type].meaning}`).join(" "),
        content: {
          [PROBLEM_MEDIA_TYPE]: {
            schema: reference("Problem"),
            examples: Object.fromEntries(types.map((type) => [type, { value: exampleProblem(type) }])),
          },
        },
      };
      return [responseName(status), response];
    }),
  );
}

const exampleProblem = (type: ProblemType) => ({
  ...problemBody(type, "/v1/estimate", {}),
  detail: PROBLEM_PAGES[type].meaning,
  errors: [],
});

/** References to the problems by status. */
const problems = (types: readonly ProblemType[]): Readonly<Record<string, object>> =>
  Object.fromEntries(
    statuses(types).map((status) => [String(status), { $ref: `#/components/responses/${responseName(status)}` }]),
  );

const OF_A_GET = [
  "invalid-input",
  "not-acceptable",
  "dataset-mismatch",
  "url-too-long",
  "rate-limited",
  "internal",
] as const;
const OF_A_POST = ["malformed", "body-too-large", "unsupported-media-type"] as const;

const read = (
  operationId: string,
  summary: string,
  tag: string,
  schema: JsonSchema,
  more: readonly ProblemType[] = [],
): object => ({
  operationId,
  summary,
  tags: [tag],
  responses: {
    "200": { description: summary, content: { [MEDIA_TYPES.json]: { schema } } },
    ...problems([...OF_A_GET, ...more]),
  },
});

const listPath = (name: (typeof LIST_NAMES)[number]): object => ({
  get: {
    ...read(
      `list_${name.replace("/", "_")}`,
      `The catalogue's ${name}, paged`,
      "catalogue",
      listSchema(LIST_ITEMS[name]),
    ),
    parameters: PAGE,
  },
});

type Schema = z.core.JSONSchema.JSONSchema;

const isList = (schema: Schema | boolean): boolean => typeof schema === "object" && schema.type === "array";

/** The schema of one row, where a parameter is a list of objects. */
function rowsOf(schema: Schema | boolean): Schema | null {
  if (typeof schema === "boolean" || schema.type !== "array") return null;
  const { items } = schema;
  return typeof items === "object" && !Array.isArray(items) && items.type === "object" ? items : null;
}

/** Lists of objects are the same in every protocol: described once, as `request_<name>`. */
const sharedRows = ({ protocols }: Service): Readonly<Record<string, object>> =>
  Object.fromEntries(
    protocols.flatMap((protocol) =>
      Object.entries(requestJsonSchema(protocol).properties ?? {}).flatMap(([name, schema]) => {
        const rows = rowsOf(schema);
        return rows ? [[`request_${name}`, rows]] : [];
      }),
    ),
  );

const withSharedRows = (schema: Schema): object => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, property]) => [
      name,
      rowsOf(property) && typeof property === "object"
        ? { ...property, items: reference(`request_${name}`) }
        : property,
    ]),
  ),
});

function protocolPath(protocol: Protocol): object {
  const described = { summary: protocol.title, description: protocol.description, tags: ["protocols"] };
  const formats = formatsOf(protocol.id);
  const answer = reference(reportName(protocol));
  const ok = {
    description: protocol.title,
    content: Object.fromEntries(
      formats.map((format) => [
        MEDIA_TYPES[format],
        { schema: format === "json" ? answer : format === "sarif" ? { type: "object" } : { type: "string" } },
      ]),
    ),
  };
  const format = parameter("format", { enum: formats }, { description: "Wins over Accept" });
  const examples = EXAMPLES[protocol.id];
  const [shown] = Object.values(examples);
  const { properties = {}, required = [] } = requestJsonSchema(protocol);
  const get = {
    ...described,
    operationId: `${protocol.id}_get`,
    parameters: [
      ...Object.entries(properties).flatMap(([name, schema]) => {
        const value = shown?.value[name];
        // A list of rows or files does not belong in a URL: POST takes it.
        if (rowsOf(schema)) return [];
        return parameter(name, schema, {
          ...(isList(schema) ? { style: "form", explode: false } : {}),
          ...(required.includes(name) ? { required: true } : {}),
          ...(value === undefined ? {} : { example: value }),
        });
      }),
      format,
    ],
    responses: { "200": ok, ...problems([...OF_A_GET]) },
  };
  const post = {
    ...described,
    operationId: protocol.id,
    parameters: [format, parameter("dataset", { type: "string" }, { description: "As in the body" })],
    requestBody: {
      required: true,
      content: {
        [MEDIA_TYPES.json]: {
          schema: withSharedRows(requestJsonSchema(protocol)),
          examples: Object.fromEntries(
            Object.entries(examples).map(([name, { summary, value }]) => [name, { summary, value }]),
          ),
        },
      },
    },
    responses: { "200": ok, ...problems([...OF_A_GET, ...OF_A_POST]) },
  };
  return takesGet(protocol) ? { get, post } : { post };
}

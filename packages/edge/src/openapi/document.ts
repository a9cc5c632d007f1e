import { EVIDENCE_FILTERS } from "../evidence-search.ts";
import { MEDIA_TYPES } from "../negotiate.ts";
import type { ProblemType } from "../problem.ts";
import { LIST_NAMES } from "../routes/lists.ts";
import type { Service } from "../service.ts";
import { OF_A_GET, problemResponses, problems } from "./problem-responses.ts";
import { protocolPath, sharedRows } from "./protocol-path.ts";
import {
  answerComponents,
  evidenceSchema,
  healthSchema,
  type JsonSchema,
  listSchema,
  measurementSchema,
  parameter,
  reference,
} from "./schemas.ts";

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

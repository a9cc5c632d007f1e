import type { Protocol } from "@ecocompute/engine";
import type * as z from "zod";
import { EVIDENCE_BOUNDS, EVIDENCE_FILTERS } from "../evidence-search.ts";
import {
  answerComponents,
  evidenceSchema,
  type JsonSchema,
  listSchema,
  reportName,
  requestJsonSchema,
} from "../openapi/schemas.ts";
import type { Service } from "../service.ts";

/** A tool as MCP lists it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
}

/** Entries of a search where none are asked for: an agent's context is small. */
export const SEARCH_LIMIT = 5;

export const DETAIL = {
  enum: ["short", "full"],
  default: "short",
  description: "full: the text is the whole Markdown report; the structured content is the same in both",
} as const;

const reference = (name: string) => ({ $ref: `#/$defs/${name}` });

/** The protocols and the evidence as tools: input and output from the schemas that REST validates and documents. */
export function toolsOf(service: Service): readonly Tool[] {
  const components = answerComponents(service, reference);
  const withDefinitions = (schema: JsonSchema): JsonSchema => {
    const short = shortened(schema);
    return { ...short, $defs: reachable(short, components) };
  };
  return [
    ...service.protocols.map((protocol) => ({
      name: protocol.id,
      title: protocol.title,
      description: protocol.description,
      inputSchema: inputOf(protocol),
      outputSchema: withDefinitions(components[reportName(protocol)] ?? { type: "object" }),
    })),
    {
      name: "search_evidence",
      title: "Search the measurements",
      description:
        "Stored measurements by words and filters, those included that no answer may rest on (usable: false).",
      inputSchema: {
        type: "object",
        additionalProperties: false,
        properties: {
          q: { type: "string", description: "Words that must all stand in the row" },
          ...Object.fromEntries(EVIDENCE_FILTERS.map((name) => [name, { type: "string" }])),
          limit: { type: "integer", minimum: 1, maximum: EVIDENCE_BOUNDS.max, default: SEARCH_LIMIT },
          offset: { type: "integer", minimum: 0 },
        },
      },
      outputSchema: listSchema({ type: "object" }),
    },
    {
      name: "get_evidence",
      title: "One measurement with its source",
      description: "A row by the id that an answer cites: source, licence, hardware, versions, method, boundary.",
      inputSchema: {
        type: "object",
        additionalProperties: false,
        required: ["id"],
        properties: { id: { type: "string", description: "As in `evidence` of an answer" } },
      },
      outputSchema: withDefinitions(evidenceSchema(reference)),
    },
  ];
}

function inputOf(protocol: Protocol): JsonSchema {
  const { properties = {}, ...schema } = requestJsonSchema(protocol);
  return {
    ...schema,
    properties: {
      ...Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, briefly(name, property)])),
      detail: DETAIL,
    },
  };
}

/** Rows of one's own have forty columns: an agent that brings some finds them in the OpenAPI document. */
function briefly(name: string, property: z.core.JSONSchema.JSONSchema | boolean): unknown {
  if (name !== "measurements" || typeof property === "boolean") return property;
  return { type: "array", items: { type: "object" }, description: "Your own rows; columns in /openapi.json" };
}

/** Parts that say what was asked and where things come from: an agent's context has no room for their fields, /openapi.json has. */
const NOT_SPELT_OUT = [
  "Configuration",
  "Transparency",
  "Coverage",
  "Suppression",
  "Grid",
  "Boundary",
  "Gpu",
  "Source",
  "Position",
];

/** A schema without its prose, and with those parts as plain objects: it allows the same answers and more. */
function shortened(schema: JsonSchema): JsonSchema {
  const shorten = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(shorten);
    if (typeof node !== "object" || node === null) return node;
    if ("$ref" in node && NOT_SPELT_OUT.some((name) => node.$ref === `#/$defs/${name}`)) return { type: "object" };
    return Object.fromEntries(
      Object.entries(node)
        .filter(
          ([key, value]) => !(key === "description" && typeof value === "string") && key !== "additionalProperties",
        )
        .map(([key, value]) => [key, shorten(value)]),
    );
  };
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, shorten(value)]));
}

/** The definitions that a schema refers to, directly or through others. */
function reachable(
  schema: JsonSchema,
  components: Readonly<Record<string, JsonSchema>>,
): Readonly<Record<string, JsonSchema>> {
  const found = new Map<string, JsonSchema>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "$ref" && typeof value === "string") {
        const name = value.replace("#/$defs/", "");
        const whole = Object.hasOwn(components, name) ? components[name] : undefined;
        if (!whole || found.has(name)) continue;
        const definition = shortened(whole);
        found.set(name, definition);
        visit(definition);
      } else visit(value);
    }
  };
  visit(schema);
  return Object.fromEntries(found);
}

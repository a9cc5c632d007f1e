import type { Protocol } from "@ecocompute/engine";
import type * as z from "zod";
import { MEDIA_TYPES } from "../negotiate.ts";
import { formatsOf } from "../render.ts";
import { takesGet } from "../routes/protocols.ts";
import type { Service } from "../service.ts";
import { EXAMPLES } from "./examples.ts";
import { OF_A_GET, OF_A_POST, problems } from "./problem-responses.ts";
import { parameter, reference, reportName, requestJsonSchema } from "./schemas.ts";

type Schema = z.core.JSONSchema.JSONSchema;

const isList = (schema: Schema | boolean): boolean => typeof schema === "object" && schema.type === "array";

/** The schema of one row, where a parameter is a list of objects. */
function rowsOf(schema: Schema | boolean): Schema | null {
  if (typeof schema === "boolean" || schema.type !== "array") return null;
  const { items } = schema;
  return typeof items === "object" && !Array.isArray(items) && items.type === "object" ? items : null;
}

/** Lists of objects are the same in every protocol: described once, as `request_<name>`. */
export const sharedRows = ({ protocols }: Service): Readonly<Record<string, object>> =>
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

/** GET and POST of one protocol. */
export function protocolPath(protocol: Protocol): object {
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

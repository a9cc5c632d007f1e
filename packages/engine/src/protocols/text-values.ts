import * as z from "zod";
import { DEFAULTS } from "./parameters.ts";

/** A whole decimal number: no hex, no spaces, no trailing text. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

type JsonSchema = z.core.JSONSchema.JSONSchema | boolean;

interface FieldType {
  readonly json: ReadonlySet<string>;
  /** Of the items of a list that a text can hold; null where the field is none. */
  readonly items: ReadonlySet<string> | null;
}
export type FieldTypes = ReadonlyMap<string, FieldType>;

/** JSON types that each field of a schema takes, by name. */
export const fieldTypes = (schema: z.ZodObject): FieldTypes =>
  new Map(properties(schema).map(([name, field]) => [name, typeOf(field)]));

const properties = (schema: z.ZodObject): [string, JsonSchema][] =>
  Object.entries(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }).properties ?? {});

function typeOf(schema: JsonSchema): FieldType {
  const json = new Set(jsonTypes(schema));
  const items = typeof schema === "boolean" || !json.has("array") ? null : schema.items;
  const types = items == null || Array.isArray(items) ? [] : jsonTypes(items);
  const isText = types.length > 0 && !types.includes("object") && !types.includes("array");
  return { json, items: isText ? new Set(types) : null };
}

function jsonTypes(schema: JsonSchema): readonly string[] {
  if (typeof schema === "boolean") return [];
  if (schema.type !== undefined) return [schema.type].flat();
  if (schema.enum !== undefined) return schema.enum.map((value) => typeof value);
  return [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap(jsonTypes);
}

/**
 * Texts of a query string or of flags as the JSON that a POST would have sent, a list as its items between commas. What does not convert stays text: the protocol's schema then
 * says what it expected, in the words that it has for a POST.
 */
export function toInput(values: ReadonlyMap<string, string>, types: FieldTypes): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...values].map(([name, text]) => [name, convert(text, types.get(name))]));
}

function convert(text: string, type: FieldType | undefined): unknown {
  if (type?.items) {
    const { items } = type;
    return text.split(",").map((item) => convertOne(item, items));
  }
  return convertOne(text, type?.json);
}

function convertOne(text: string, types: ReadonlySet<string> | undefined): unknown {
  if (types === undefined) return text;
  if ((types.has("number") || types.has("integer")) && NUMBER.test(text) && Number.isFinite(Number(text))) {
    return Number(text);
  }
  if (types.has("boolean") && (text === "true" || text === "false")) return text === "true";
  return text;
}

/** A parameter as a help text or a table tells it. */
export interface ParameterDescription {
  readonly name: string;
  readonly types: readonly string[];
  readonly description: string;
  /** A list of texts or numbers, as text its items between commas. */
  readonly isList: boolean;
  /** Of a closed list. */
  readonly allowed: readonly string[];
  readonly required: boolean;
  /** What stands in where it is not given, as text. */
  readonly default: string | null;
}

export function describeParameters(schema: z.ZodObject): readonly ParameterDescription[] {
  const required = new Set(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }).required ?? []);
  const defaults: Readonly<Record<string, unknown>> = DEFAULTS;
  return properties(schema).map(([name, field]) => {
    const { json, items } = typeOf(field);
    const { description = "", enum: values = [] } = typeof field === "boolean" ? {} : field;
    return {
      name,
      types: [...(items ?? json)],
      isList: items !== null,
      description,
      allowed: values.map(String),
      required: required.has(name),
      default: Object.hasOwn(defaults, name) ? String(defaults[name]) : null,
    };
  });
}

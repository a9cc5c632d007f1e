import type { InputError } from "@ecocompute/engine";
import * as z from "zod";
import { accept, invalidInput, type Read } from "./problem.ts";
import { cut, suggest } from "./suggest.ts";

/** A whole decimal number: no hex, no spaces, no trailing text. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** One value per name: which of two would count is a guess. */
export function readQuery(query: URLSearchParams): Read<ReadonlyMap<string, string>> {
  const repeated = new Set([...query.keys()].filter((name) => query.getAll(name).length > 1));
  if (repeated.size === 0) return accept(new Map(query));
  return invalidInput(
    [...repeated].map((name) => ({
      parameter: cut(name),
      message: `${cut(name)} is given ${query.getAll(name).length} times: give it once.`,
      received: cut(query.getAll(name).join(", ")),
    })),
  );
}

export const unknownParameter = (name: string, value: string, allowed: readonly string[]): InputError => ({
  parameter: cut(name),
  message: `${cut(name)} is not a parameter here.`,
  received: cut(value),
  allowed,
  ...suggest(name, allowed),
});

interface FieldType {
  readonly json: ReadonlySet<string>;
  /** Of a list's items; null where the field is none. */
  readonly items: ReadonlySet<string> | null;
}
export type FieldTypes = ReadonlyMap<string, FieldType>;

/** JSON types that each field of a schema takes, by name. */
export function fieldTypes(schema: z.ZodObject): FieldTypes {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return new Map(Object.entries(properties).map(([name, field]) => [name, typeOf(field)]));
}

function typeOf(schema: z.core.JSONSchema.JSONSchema | boolean): FieldType {
  const json = new Set(jsonTypes(schema));
  const items = typeof schema === "boolean" || !json.has("array") ? null : schema.items;
  return { json, items: items == null || Array.isArray(items) ? null : new Set(jsonTypes(items)) };
}

function jsonTypes(schema: z.core.JSONSchema.JSONSchema | boolean): readonly string[] {
  if (typeof schema === "boolean") return [];
  if (schema.type !== undefined) return [schema.type].flat();
  if (schema.enum !== undefined) return schema.enum.map((value) => typeof value);
  return [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap(jsonTypes);
}

/**
 * Query strings as the JSON that a POST would have sent, a list as its items between commas. What does not convert stays text: the protocol's schema then
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

import * as z from "zod";
import type { InputError } from "../domain/problem.ts";
import { didYouMean, RECEIVED_MAX, shown } from "./shown.ts";

const at = (input: unknown, path: readonly PropertyKey[]): unknown => {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
};

const pathName = (path: readonly PropertyKey[]): string =>
  path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? String(key) : `.${String(key)}`))
    .join("");

/** The keys that a schema takes at a place of its input; none where no object stands there. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  if (schema instanceof z.ZodOptional) return keysAt(schema.unwrap(), path);
  const [key, ...rest] = path;
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  const fields: Readonly<Record<string, unknown>> = schema.shape;
  if (key === undefined) return Object.keys(fields);
  return typeof key === "string" && Object.hasOwn(fields, key) ? keysAt(fields[key], rest) : [];
}

/** Keys that the schema does not know. What it knows is told once: hostile input may have thousands. */
function unknownKeys(
  { keys, path }: z.core.$ZodIssueUnrecognizedKeys,
  input: unknown,
  schema: z.ZodObject,
): InputError[] {
  const known = keysAt(schema, path);
  return keys.map((key, index) => {
    const suggestion = didYouMean(key, known);
    return {
      parameter: pathName([...path, shown(key)]),
      message: `unknown parameter${suggestion ? `; did you mean "${suggestion}"?` : ""}`,
      received: shown(at(input, [...path, key])),
      ...(index === 0 ? { allowed: known } : {}),
      ...(suggestion ? { did_you_mean: suggestion } : {}),
    };
  });
}

/** What people write for what the contract calls otherwise; plain "int8" is two things, the default is what they get. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ["int8", "int8_default"],
  ["8bit", "int8_default"],
  ["int4", "nf4"],
  ["4bit", "nf4"],
  ["half", "fp16"],
  ["float16", "fp16"],
  ["bfloat16", "bf16"],
  ["float32", "fp32"],
  ["float", "fp32"],
]);

/** The allowed value that was meant, by another name or by a slip. */
function suggestionFor(received: unknown, allowed: readonly string[]): string | undefined {
  if (typeof received !== "string") return undefined;
  const start = received.slice(0, RECEIVED_MAX);
  const synonym = SYNONYMS.get(start.toLowerCase().replace(/[^a-z0-9]/g, ""));
  return synonym !== undefined && allowed.includes(synonym) ? synonym : didYouMean(start, allowed);
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ["int", "a whole number"],
  ["number", "a number"],
  ["string", "a text"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "an object"],
]);

/** What a bound counts, where it is not the number itself. */
const COUNTED: ReadonlyMap<string, readonly [one: string, many: string]> = new Map([
  ["string", ["character", "characters"]],
  ["array", ["entry", "entries"]],
]);

function bounded(origin: string, bound: number | bigint, inclusive: boolean, words: readonly [string, string]): string {
  const unit = COUNTED.get(origin)?.[bound === 1 ? 0 : 1];
  return `expected ${words[inclusive ? 0 : 1]} ${bound}${unit === undefined ? "" : ` ${unit}`}`;
}

/** What was expected instead, in words. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      return bounded(issue.origin, issue.minimum, issue.inclusive !== false, ["at least", "more than"]);
    case "too_big":
      return bounded(issue.origin, issue.maximum, issue.inclusive !== false, ["at most", "less than"]);
    case "invalid_type":
      return `expected ${TYPES.get(issue.expected) ?? issue.expected}`;
    default:
      return issue.message;
  }
}

/** What is wrong at one place of an input that did not meet its schema. */
export function issueErrors(issue: z.core.$ZodIssue, input: unknown, schema: z.ZodObject): InputError[] {
  if (issue.code === "unrecognized_keys") return unknownKeys(issue, input, schema);
  const value = at(input, issue.path);
  const parameter = pathName(issue.path) || "(body)";
  if (value === undefined && (issue.code === "invalid_type" || issue.code === "invalid_value")) {
    return [{ parameter, message: "required, and not given", received: "(nothing)" }];
  }
  const received = value === undefined ? "(nothing)" : shown(value);
  if (issue.code !== "invalid_value") return [{ parameter, message: expectation(issue), received }];
  const allowed = issue.values.map(String);
  const suggestion = suggestionFor(value, allowed);
  return [
    {
      parameter,
      message: `expected one of ${allowed.join(", ")}`,
      received,
      allowed,
      ...(suggestion ? { did_you_mean: suggestion } : {}),
    },
  ];
}

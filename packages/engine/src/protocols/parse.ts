import { closest } from "fastest-levenshtein";
import type * as z from "zod";
import type { InputError, Outcome, Problem } from "../domain/problem.ts";

const RECEIVED_MAX = 64;
/** A suggestion further away than this share of its own length is no help. */
const SUGGESTION_MAX_DISTANCE = 0.5;

/** The beginning of an allowed name means that name, from this many characters on. */
const PREFIX_MIN = 3;

/** What was received, as text of at most 64 characters. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return text.length > RECEIVED_MAX ? `${text.slice(0, RECEIVED_MAX - 1)}…` : text;
}

/** The allowed name that `received` most likely meant, or undefined. Compares without case and punctuation. */
export function didYouMean(received: string, allowed: readonly string[]): string | undefined {
  if (received.length === 0 || received.length > RECEIVED_MAX * 2 || allowed.length === 0) return undefined;
  const simplify = (text: string) => text.toLowerCase().replace(/[^a-z0-9.]/g, "");
  const wanted = simplify(received);
  if (wanted === "") return undefined;
  const simplified = allowed.map(simplify);
  const longer = wanted.length < PREFIX_MIN ? [] : simplified.filter((name) => name.startsWith(wanted));
  const best = closest(wanted, longer.length > 0 ? longer : simplified);
  const index = simplified.indexOf(best);
  const suggestion = allowed[index];
  if (suggestion === undefined) return undefined;
  const shared = [...best].filter((character) => wanted.includes(character)).length;
  const near = shared >= Math.ceil(best.length * SUGGESTION_MAX_DISTANCE) && best[0] === wanted[0];
  return near || best.includes(wanted) ? suggestion : undefined;
}

export function invalid(errors: readonly InputError[]): { readonly ok: false; readonly problem: Problem } {
  const names = errors.map((error) => error.parameter).join(", ");
  return {
    ok: false,
    problem: {
      type: "invalid-input",
      status: 422,
      title: "Invalid input",
      detail: `${errors.length === 1 ? "One parameter is" : `${errors.length} parameters are`} not valid: ${names}.`,
      errors,
    },
  };
}

export function malformed(expected: string, received: unknown): { readonly ok: false; readonly problem: Problem } {
  return {
    ok: false,
    problem: {
      type: "malformed",
      status: 400,
      title: "Malformed request",
      detail: `Expected ${expected}.`,
      errors: [{ parameter: "(body)", message: `expected ${expected}`, received: shown(received) }],
    },
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

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
function suggestionFor(received: string, allowed: readonly string[]): string | undefined {
  const synonym = SYNONYMS.get(received.toLowerCase().replace(/[^a-z0-9]/g, ""));
  return synonym !== undefined && allowed.includes(synonym) ? synonym : didYouMean(received, allowed);
}

/** What is wrong at one place; `known` are the keys that may stand there. */
export function issueErrors(issue: z.core.$ZodIssue, input: unknown, known: readonly string[]): InputError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const suggestion = didYouMean(key, known);
      return {
        parameter: shown(key),
        message: `unknown parameter${suggestion ? `; did you mean "${suggestion}"?` : ""}`,
        received: shown(at(input, [...issue.path, key])),
        allowed: known,
        ...(suggestion ? { did_you_mean: suggestion } : {}),
      };
    });
  }
  const received = at(input, issue.path);
  const base = {
    parameter: pathName(issue.path) || "(body)",
    received: received === undefined ? "(nothing)" : shown(received),
  };
  if (received === undefined && (issue.code === "invalid_type" || issue.code === "invalid_value")) {
    return [{ ...base, message: "required, and not given" }];
  }
  if (issue.code === "invalid_value") {
    const allowed = issue.values.map(String);
    const suggestion =
      typeof received === "string" ? suggestionFor(received.slice(0, RECEIVED_MAX), allowed) : undefined;
    return [
      {
        ...base,
        message: `expected one of ${allowed.join(", ")}`,
        allowed,
        ...(suggestion ? { did_you_mean: suggestion } : {}),
      },
    ];
  }
  if (issue.code === "too_small") return [{ ...base, message: `expected at least ${issue.minimum}` }];
  if (issue.code === "too_big") return [{ ...base, message: `expected at most ${issue.maximum}` }];
  if (issue.code === "invalid_type") return [{ ...base, message: `expected ${issue.expected}` }];
  return [{ ...base, message: issue.message }];
}

/** Validates raw input against a protocol's schema; every error is reported at once. */
export function parse<S extends z.ZodObject>(schema: S, input: unknown): Outcome<z.infer<S>> {
  if (!isRecord(input)) return malformed("an object of parameters", input);
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  const known = Object.keys(schema.shape);
  return invalid(result.error.issues.flatMap((issue) => issueErrors(issue, input, known)));
}

import type * as z from "zod";
import type { InputError, Outcome, Problem } from "../domain/problem.ts";
import { issueErrors } from "./issue-errors.ts";
import { shown } from "./shown.ts";

/** Errors that one answer lists: enough to mend a request by, few enough that hostile input makes no large answer. */
const MAX_ERRORS = 50;

/** The first of many errors, and how many more there are. */
export function boundedErrors(errors: readonly InputError[]): readonly InputError[] {
  const next = errors[MAX_ERRORS];
  if (next === undefined) return errors;
  const message = `${errors.length - MAX_ERRORS} more errors are not listed`;
  return [...errors.slice(0, MAX_ERRORS), { parameter: next.parameter, message, received: next.received }];
}

export function invalid(errors: readonly InputError[]): { readonly ok: false; readonly problem: Problem } {
  const shownErrors = boundedErrors(errors);
  const names = shownErrors.map((error) => error.parameter).join(", ");
  return {
    ok: false,
    problem: {
      type: "invalid-input",
      status: 422,
      title: "Invalid input",
      detail: `${errors.length === 1 ? "One parameter is" : `${errors.length} parameters are`} not valid: ${names}${errors.length > shownErrors.length ? ", …" : ""}.`,
      errors: shownErrors,
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

/** Validates raw input against a protocol's schema; every error is reported at once. */
export function parse<S extends z.ZodObject>(schema: S, input: unknown): Outcome<z.infer<S>> {
  if (!isRecord(input)) return malformed("an object of parameters", input);
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  return invalid(result.error.issues.flatMap((issue) => issueErrors(issue, input, schema)));
}

import { describe, expect, test } from "vitest";
import * as z from "zod";
import { parse } from "./parse.ts";

const Schema = z.strictObject({
  name: z.string().max(5),
  kind: z.enum(["fp16", "nf4"]).optional(),
  count: z.int().min(1).max(9).optional(),
  limit: z.number().positive().optional(),
  parts: z
    .array(z.strictObject({ path: z.string().min(1) }))
    .min(1)
    .optional(),
});
const errorsOf = (input: unknown) => {
  const outcome = parse(Schema, input);
  if (outcome.ok) throw new Error("accepted");
  return outcome.problem;
};

describe("parse", () => {
  test("gives the typed value", () => {
    expect(parse(Schema, { name: "a", count: 3 })).toEqual({ ok: true, value: { name: "a", count: 3 } });
  });

  test.each([null, undefined, 7, "text", [], [{ name: "a" }]])(
    "%j is malformed: not an object of parameters",
    (input) => {
      expect(errorsOf(input)).toMatchObject({
        type: "malformed",
        status: 400,
        detail: "Expected an object of parameters.",
      });
    },
  );

  test("reports every error at once: what was expected, what was received, where", () => {
    const { type, status, detail, errors } = errorsOf({ name: "too long", kind: "nf5", count: 10, nmae: 1 });
    expect({ type, status }).toEqual({ type: "invalid-input", status: 422 });
    expect(detail).toBe("4 parameters are not valid: name, kind, count, nmae.");
    expect(errors).toEqual([
      { parameter: "name", message: "expected at most 5 characters", received: "too long" },
      {
        parameter: "kind",
        message: "expected one of fp16, nf4",
        received: "nf5",
        allowed: ["fp16", "nf4"],
        did_you_mean: "nf4",
      },
      { parameter: "count", message: "expected at most 9", received: "10" },
      {
        parameter: "nmae",
        message: 'unknown parameter; did you mean "name"?',
        received: "1",
        allowed: ["name", "kind", "count", "limit", "parts"],
        did_you_mean: "name",
      },
    ]);
  });

  test("a required parameter that is not given is said so", () => {
    expect(errorsOf({}).errors).toEqual([
      { parameter: "name", message: "required, and not given", received: "(nothing)" },
    ]);
  });

  test.each([
    [{ count: 1.5 }, "count: expected a whole number, received 1.5"],
    [{ count: "8" }, "count: expected a number, received 8"],
    [{ limit: 0 }, "limit: expected more than 0, received 0"],
    [{ limit: Number.POSITIVE_INFINITY }, "limit: expected a number, received Infinity"],
    [{ parts: [] }, "parts: expected at least 1 entry, received []"],
    [{ parts: "a.py" }, "parts: expected a list, received a.py"],
    [{ parts: [{ path: "" }] }, "parts[0].path: expected at least 1 character, received "],
    [{ parts: [{ path: "a", pth: 1 }] }, 'parts[0].pth: unknown parameter; did you mean "path"?, received 1'],
    [{ parts: [{ path: "a", name: 1 }] }, "parts[0].name: unknown parameter, received 1"],
  ])("%o is told in words", (change, told) => {
    const { errors } = errorsOf({ name: "a", ...change });
    expect(errors.map(({ parameter, message, received }) => `${parameter}: ${message}, received ${received}`)).toEqual([
      told,
    ]);
  });

  test("thousands of unknown keys make no large answer: the first fifty, what is allowed once, and how many more", () => {
    const input = { name: "a", ...Object.fromEntries(Array.from({ length: 8000 }, (_, i) => [`k${i}`, 1])) };
    const problem = errorsOf(input);
    expect(problem.errors).toHaveLength(51);
    expect(problem.errors.filter(({ allowed }) => allowed !== undefined)).toHaveLength(1);
    expect(problem.errors.at(-1)).toEqual({
      parameter: "k50",
      message: "7950 more errors are not listed",
      received: "1",
    });
    expect(problem.detail).toMatch(/^8000 parameters are not valid: k0, .*, k50, …\.$/);
    expect(JSON.stringify(problem).length).toBeLessThan(JSON.stringify(input).length / 10);
  });

  test("a key that is a method of every object is a parameter like others", () => {
    expect(errorsOf(JSON.parse('{"name":"a","__proto__":1,"constructor":2}')).errors.map((e) => e.parameter)).toEqual(
      expect.arrayContaining(["constructor"]),
    );
    expect(errorsOf({ toString: 1 }).errors[0]).toMatchObject({ parameter: "name", received: "(nothing)" });
  });
});

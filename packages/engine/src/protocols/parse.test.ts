import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { didYouMean, parse, shown } from "./parse.ts";

const Schema = z.strictObject({
  name: z.string().max(5),
  kind: z.enum(["fp16", "nf4"]).optional(),
  count: z.int().min(1).max(9).optional(),
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
      { parameter: "name", message: "expected at most 5", received: "too long" },
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
        allowed: ["name", "kind", "count"],
        did_you_mean: "name",
      },
    ]);
  });

  test("a required parameter that is not given is said so", () => {
    expect(errorsOf({}).errors).toEqual([
      { parameter: "name", message: "required, and not given", received: "(nothing)" },
    ]);
  });

  test("a key that is a method of every object is a parameter like others", () => {
    expect(errorsOf(JSON.parse('{"name":"a","__proto__":1,"constructor":2}')).errors.map((e) => e.parameter)).toEqual(
      expect.arrayContaining(["constructor"]),
    );
    expect(errorsOf({ toString: 1 }).errors[0]).toMatchObject({ parameter: "name", received: "(nothing)" });
  });
});

describe("shown", () => {
  test("cuts at 64 characters, and says that it did", () => {
    expect(shown("x".repeat(64))).toHaveLength(64);
    expect(shown("x".repeat(65))).toBe(`${"x".repeat(63)}…`);
    expect(shown({ a: [1, null] })).toBe('{"a":[1,null]}');
    expect(shown(undefined)).toBe("undefined");
  });

  test("never more than 64, whatever JSON it is given", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => shown(value).length <= 64));
  });
});

describe("didYouMean", () => {
  const GPUS = ["rtx4090d", "rtx4090", "h100-sxm", "a800"];
  test.each([
    ["rtx4090dd", "rtx4090d"],
    ["RTX-4090", "rtx4090"],
    ["h100", "h100-sxm"],
    ["A-800", "a800"],
  ])("%s → %s", (received, meant) => {
    expect(didYouMean(received, GPUS)).toBe(meant);
  });

  test.each(["", "???", "  ", "zzz", "x".repeat(500)])("%j resembles nothing", (received) => {
    expect(didYouMean(received, GPUS)).toBeUndefined();
  });

  test("nothing is allowed: nothing is suggested", () => {
    expect(didYouMean("a800", [])).toBeUndefined();
  });

  test("only ever suggests what is allowed", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const suggestion = didYouMean(text, GPUS);
        expect(suggestion === undefined || GPUS.includes(suggestion)).toBe(true);
      }),
    );
  });
});

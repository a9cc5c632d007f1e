import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { fieldTypes, readQuery, toInput } from "./query.ts";

const types = fieldTypes(
  z.strictObject({
    model_id: z.string(),
    batch_size: z.int().min(1).optional(),
    pue: z.number().nullable().optional(),
    framework: z.enum(["transformers", "vllm"]).optional(),
    verbose: z.boolean().default(false),
    search_gpus: z.array(z.string()).optional(),
    search_num_gpus: z.array(z.int()).optional(),
  }),
);
const input = (query: string) => {
  const read = readQuery(new URLSearchParams(query));
  return read.ok ? toInput(read.value, types) : read.refusal;
};

describe("a query string becomes the JSON that a POST would have sent", () => {
  test("each value takes the type of its field", () => {
    expect(input("model_id=7&batch_size=8&pue=1.1&framework=vllm&verbose=true")).toEqual({
      model_id: "7",
      batch_size: 8,
      pue: 1.1,
      framework: "vllm",
      verbose: true,
    });
  });

  test("a list is its items between commas, each of the items' type", () => {
    expect(input("search_gpus=h100,4090&search_num_gpus=1,2")).toEqual({
      search_gpus: ["h100", "4090"],
      search_num_gpus: [1, 2],
    });
    expect(input("search_num_gpus=1,two,")).toEqual({ search_num_gpus: [1, "two", ""] });
  });

  test.each(["1e2", "+100", "100.", "1e+2"])("%s is a whole number", (text) => {
    expect(input(`batch_size=${encodeURIComponent(text)}`)).toEqual({ batch_size: 100 });
  });

  test.each(["7abc", "1e400", "-1e400", "NaN", "Infinity", "", " 7", "0x10", "1_000", "1,5", "٧", "--1", ".", "e5"])(
    "%j is no number and stays text, for the schema to refuse",
    (text) => {
      expect(input(new URLSearchParams({ pue: text }).toString())).toEqual({ pue: text });
    },
  );

  test("every finite number comes through as it was written", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(input(new URLSearchParams({ pue: String(x) }).toString())).toEqual({
          pue: x === 0 ? Number(String(x)) : x,
        });
      }),
    );
  });

  test("a name that no field has stays, as text, for the schema to refuse", () => {
    expect(input("batchsize=8")).toEqual({ batchsize: "8" });
  });

  test.each(["__proto__", "constructor", "toString"])("%s is a name like any other", (name) => {
    const value = input(`${name}=1`);
    expect(Object.getOwnPropertyNames(value)).toEqual([name]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

test("a repeated name is refused, with how often and what", () => {
  expect(input("batch_size=8&batch_size=9&pue=1")).toMatchObject({
    type: "invalid-input",
    errors: [{ parameter: "batch_size", message: expect.stringContaining("2 times"), received: "8, 9" }],
  });
});

test("a long line of digits comes to its end: a quadratic pattern would not", () => {
  const digits = `${"1".repeat(1_000_000)}x`;
  expect(input(`pue=${digits}`)).toEqual({ pue: digits });
});

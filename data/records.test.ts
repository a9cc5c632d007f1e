import { describe, expect, test } from "vitest";
import * as z from "zod";
import { readCsv } from "./records.ts";

const RowSchema = z.strictObject({
  id: z.string(),
  power_w: z.number().nullable(),
  use_cache: z.boolean().optional(),
  idle_w: z.number().positive().optional(),
});
const read = (text: string) => {
  const { records, problems } = readCsv("rows.csv", text, RowSchema);
  return { rows: records.map(({ value }) => value), problems: problems.map(({ message }) => message) };
};

describe("columns that a row need not have", () => {
  test("may be left out; then the field is absent, not null", () => {
    expect(read("id,power_w\na,\n").rows).toEqual([{ id: "a", power_w: null }]);
    expect(read("id,power_w,idle_w\na,100,50\nb,100,\n").rows).toEqual([
      { id: "a", power_w: 100, idle_w: 50 },
      { id: "b", power_w: 100 },
    ]);
  });

  test("true and false are no text where the column takes them, and no other word is either", () => {
    expect(read("id,power_w,use_cache\ntrue,1,false\n").rows).toEqual([{ id: "true", power_w: 1, use_cache: false }]);
    expect(read("id,power_w,use_cache\na,1,no\n").problems).toEqual([
      'use_cache: Invalid input: expected boolean, received string, received "no"',
    ]);
  });

  test("the others may not, nor may their order change", () => {
    expect(read("id,idle_w\na,1\n").problems).toEqual(["expected the columns id,power_w,idle_w, received id,idle_w"]);
    expect(read("id,power_w,idle_w,use_cache\na,1,1,true\n").problems).toHaveLength(1);
  });
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ignoreEntries } from "./suppression-entry.ts";

describe("ignoreEntries", () => {
  test.each([
    ['[int8-default] reason="kept for a test" until=2027-01-31', ["int8-default"], "kept for a test", "2027-01-31"],
    [
      "[int8-default, batch-size-one] reason='two at once'",
      ["int8-default", "batch-size-one"],
      "two at once",
      undefined,
    ],
    ["[int8-default]", ["int8-default"], undefined, undefined],
    ["int8-default reason=we know this until=2027-01-31", ["int8-default"], "we know this", "2027-01-31"],
    ['[ int8-default ] until="2027-01-31" reason="b"', ["int8-default"], "b", "2027-01-31"],
    ['[int8-default] reason="not closed', ["int8-default"], "not closed", undefined],
    ['[int8-default] reason=""', ["int8-default"], "", undefined],
  ])("%s", (text, rules, reason, until) => {
    const [entry, ...others] = ignoreEntries(text);
    expect(others).toEqual([]);
    expect(entry).toEqual({
      rules,
      unknown: [],
      ...(reason === undefined ? {} : { reason }),
      ...(until === undefined ? {} : { until }),
    });
  });

  test("several may follow one another, as in an annotation", () => {
    const text = 'idle-replicas reason="warm pool" until=2027-01-31 int8-default,batch-size-one reason="demo"';
    expect(ignoreEntries(text)).toEqual([
      { rules: ["idle-replicas"], reason: "warm pool", until: "2027-01-31", unknown: [] },
      { rules: ["int8-default", "batch-size-one"], reason: "demo", unknown: [] },
    ]);
  });

  test("what is no rule, reason or date is told", () => {
    expect(ignoreEntries("[int8-default] why=because")[0]?.unknown).toEqual(["why=because"]);
    expect(ignoreEntries("")).toEqual([]);
  });

  test("law: any text ends, bounded", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[[\]"'=, a-z]{0,200}$/)), (text) => {
        for (const { rules, reason, until } of ignoreEntries(text)) {
          expect(rules.length).toBeLessThanOrEqual(20);
          expect(reason?.length ?? 0).toBeLessThanOrEqual(300);
          expect(until?.length ?? 0).toBeLessThanOrEqual(40);
        }
      }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { fact, subjectOf } from "./fixture-catalogue.test-data.ts";
import { prefixCachingOff } from "./prefix-caching-off.ts";

const off = (line: string) =>
  prefixCachingOff.check(
    subjectOf(
      {
        framework: fact("vllm" as const),
        prefix_caching: { value: false, at: { path: "a", line: 1, column: 1, end_line: 1 } },
      },
      null,
      { file: { path: "a", content: line } },
    ),
  )[0];

describe("prefix-caching-off", () => {
  it("is info, without a number, and says how to see it", () => {
    expect(off("x")).toMatchObject({ line: 1, impact_percent: null, at_most: "info" });
    expect(off("x")?.how_to_measure).toContain("hit rate");
  });

  it.each([
    ["- --no-enable-prefix-caching", "- --enable-prefix-caching"],
    ["- --no-enable_prefix_caching", "- --enable_prefix_caching"],
    ["LLM(m, enable_prefix_caching=False)", "LLM(m, enable_prefix_caching=True)"],
    ["  enablePrefixCaching: false", "  enablePrefixCaching: true"],
    ["enable-prefix-caching: false", "enable-prefix-caching: true"],
  ])("edits %j", (line, replacement) => {
    expect(off(line)?.fix.edit?.replacement).toBe(replacement);
  });

  it("cannot edit a flag that has to go", () => {
    expect(off("- --disable-radix-cache")?.fix.edit).toBeUndefined();
  });

  it("is silent where it is on, not said, or in training", () => {
    expect(prefixCachingOff.check(subjectOf({ prefix_caching: fact(true) }))).toEqual([]);
    expect(prefixCachingOff.check(subjectOf({}))).toEqual([]);
    expect(prefixCachingOff.check(subjectOf({ prefix_caching: fact(false) }, null, { purpose: "training" }))).toEqual(
      [],
    );
  });
});

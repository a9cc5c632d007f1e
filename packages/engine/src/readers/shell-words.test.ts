import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandKubernetes, shellCommands } from "./shell-words.ts";

const words = (script: string, variables: Readonly<Record<string, string | null>> = {}) =>
  shellCommands(script, new Map(Object.entries(variables))).map((command) => command.map((word) => word.text));

describe("shell words", () => {
  it.each([
    ["a 'b c' \"d e\" f\\ g", [["a", "b c", "d e", "f g"]]],
    ["a \\\n  b # c\nd", [["a", "b"], ["d"]]],
    ["a && b; c | d", [["a"], ["b"], ["c"], ["d"]]],
    ["A=1 b", [["b"]]],
    ["a=b#c", []],
    ["a ''", [["a", ""]]],
  ])("splits %j", (script, expected) => {
    expect(words(script)).toEqual(expected);
  });

  it.each([
    [`$A \${A} "$A"`, [["x", "x", "x"]]],
    [`\${B:-y} \${A:-y} \${A:+z} e\${B:+z}`, [["y", "x", "z", "e"]]],
    ["export B=2; c $B", [["export"], ["c", "2"]]],
    ["c $MANY", [["c", "1", "2"]]],
    ['c "$MANY"', [["c", "1 2"]]],
    ["c '$A'", [["c", "$A"]]],
  ])("replaces what is known in %j", (script, expected) => {
    expect(words(script, { A: "x", MANY: "1 2" })).toEqual(expected);
  });

  it.each(["$UNSET", "$(cat /x)", "`cat /x`", "$SECRET", "{{.x}}", "a$UNSET"])("does not guess %j", (word) => {
    expect(words(`c ${word}`, { SECRET: null })).toEqual([["c", null]]);
  });

  it("leaves Kubernetes' own references to what the container sets", () => {
    const variables = new Map([
      ["A", "x"],
      ["S", null],
    ] as const);
    expect(expandKubernetes("--m=$(A)", variables)).toBe("--m=x");
    expect(expandKubernetes("$(B)", variables)).toBe("$(B)");
    expect(expandKubernetes("$(S)", variables)).toBeNull();
  });

  it("ends on any text, and every word's source is in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."a $({})'\"`\\\n;&|#=-") }), (script) => {
        for (const word of shellCommands(script, new Map()).flat()) expect(script).toContain(word.raw);
      }),
    );
  });
});

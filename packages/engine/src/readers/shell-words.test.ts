import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readShell } from "./shell/script.ts";
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

describe("variables of many commands", () => {
  const script = (lines: number) => Array.from({ length: lines }, (_, i) => `export V${i}=${i}\nrun $V${i}`).join("\n");

  it("are copied only for the commands that somebody asks for", () => {
    expect(new Set(readShell(script(500), new Map()).commands.map(({ variables }) => variables)).size).toBe(1);
    const { commands, cut } = readShell(script(500), new Map(), ([first]) => first?.text === "run");
    expect(commands.at(-1)?.variables.get("V499")).toBe("499");
    expect(cut).toBe(false);
  });

  it("are not copied without end: the rest is told as cut", () => {
    const { commands, cut } = readShell(script(1_900), new Map(), ([first]) => first?.text === "run");
    const copied = commands.reduce((total, { variables }) => total + variables.size, 0);
    expect(cut).toBe(true);
    expect(copied).toBeLessThan(1_100_000);
  });
});

import { describe, expect, test } from "vitest";
import { blockStarts, writtenSuppressions } from "./suppression-comments.ts";

const IGNORE = 'ecocompute: ignore[int8-default] reason="legacy"';
const read = (path: string, ...lines: string[]) => writtenSuppressions({ path, content: lines.join("\n") });
const lineOf = (path: string, ...lines: string[]) => {
  const covers = read(path, ...lines).suppressions[0]?.covers;
  return covers?.kind === "line" ? covers.line : undefined;
};

describe("57: writtenSuppressions: comments", () => {
  test.each([
    ["a.py", `x = 1  # ${IGNORE}`],
    ["a.tf", `x = 1 // ${IGNORE}`],
    ["values.yaml", `x: 1 # ${IGNORE}`],
    ["Dockerfile", `# ${IGNORE}`],
    ["run.sh", `vllm serve m \\ # ${IGNORE}`],
    ["a.tpl", `{{/* ${IGNORE} */}}`],
    ["a.ipynb", `    "x = 1  # ${IGNORE.replaceAll('"', '\\"')}\\n",`],
  ])("in %s: %s", (path, line) => {
    expect(read(path, line)).toMatchObject({
      problems: [],
      suppressions: [{ rule: "int8-default", reason: "legacy", at: { path, line: 1 } }],
    });
  });

  test("a comment beside code is about its line, one of its own about the next line of code", () => {
    expect(lineOf("a.py", `load()  # ${IGNORE}`, "other()")).toBe(1);
    expect(lineOf("a.py", `# ${IGNORE}`, "# and why", "", "load()")).toBe(4);
    expect(lineOf("a.yaml", `# ${IGNORE}`, "---", "kind: Pod")).toBe(3);
  });

  test.each([
    ["text without a comment", 'print("ecocompute: ignore[int8-default]")'],
    ["another word", "# ecocompute: report[int8-default]"],
    ["a longer word", "# ecocompute: ignored[int8-default]"],
  ])("%s is none", (_name, line) => {
    expect(read("a.py", line)).toEqual({ suppressions: [], problems: [] });
  });

  test("a comment without a rule, and words that mean nothing, are told", () => {
    const { problems } = read("a.py", "# ecocompute: ignore", '# ecocompute: ignore[int8-default] reason="x" why=y');
    expect(problems.map(({ message, at }) => [at.line, message])).toEqual([
      [1, expect.stringContaining("names no rule")],
      [2, expect.stringContaining('"why=y" is not understood')],
    ]);
  });

  test("a file full of suppressions is read up to a bound, and the rest told", () => {
    const { suppressions, problems } = read("a.py", ...Array.from({ length: 5_000 }, () => `x # ${IGNORE}`));
    expect(suppressions).toHaveLength(200);
    expect(problems).toHaveLength(1);
  });
});

describe("57: writtenSuppressions: the Kubernetes annotation", () => {
  const manifest = (annotation: readonly string[]) => [
    "kind: ConfigMap",
    "---",
    "kind: Deployment",
    "metadata:",
    "  annotations:",
    ...annotation.map((line) => `    ${line}`),
    "spec: {}",
    "---",
    "kind: Service",
  ];

  test.each([
    [[`ecocompute.dev/ignore: 'int8-default reason="legacy" until=2027-01-31'`]],
    [[`ecocompute.dev/ignore: "int8-default reason='legacy' until=2027-01-31"`]],
    [[`ecocompute.dev/ignore: int8-default reason=legacy until=2027-01-31`]],
    [["ecocompute.dev/ignore: |", '  int8-default reason="legacy"', "  until=2027-01-31"]],
    [[`"ecocompute.dev/ignore": "[int8-default] reason=\\"legacy\\" until=2027-01-31",`]],
  ])("%j is about its document", (annotation) => {
    const { suppressions, problems } = read("k8s/a.yaml", ...manifest(annotation));
    expect(problems).toEqual([]);
    expect(suppressions).toHaveLength(1);
    expect(suppressions[0]).toMatchObject({ rule: "int8-default", reason: "legacy", until: "2027-01-31" });
    expect(suppressions[0]?.covers).toMatchObject({ kind: "document", from: 2, to: 6 + annotation.length });
  });

  test("only where a key stands", () => {
    expect(read("k8s/a.yaml", "args: [ecocompute.dev/ignore, x]").suppressions).toEqual([]);
    expect(read("k8s/a.py", "ecocompute.dev/ignore: int8-default").suppressions).toEqual([]);
  });
});

describe("blockStarts", () => {
  const starts = (line: number, ...lines: string[]) => [...blockStarts(lines, line)].sort((a, b) => a - b);

  test("the call and the function around a Python line", () => {
    expect(
      starts(5, "x = 1", "def load(", "    a,", ") -> None:", "    Config(", "        eight=True,", "    )"),
    ).toEqual([2, 4]);
    expect(
      starts(6, "x = 1", "def load(", "    a,", ") -> None:", "    Config(", "        eight=True,", "    )"),
    ).toEqual([2, 4, 5]);
  });

  test("the list item and the keys around a YAML line", () => {
    expect(starts(5, "kind: Pod", "spec:", "  containers:", "  - name: a", "    args: [--x]")).toEqual([2, 3, 4]);
  });

  test("a line of the first column is held by nothing", () => {
    expect(starts(2, "def f():", "x = 1")).toEqual([]);
  });
});

import type { Log } from "sarif";
import { describe, expect, test } from "vitest";
import { exampleFinding } from "../protocols/pull-request-example.test-data.ts";
import { RULES } from "../rules/index.ts";
import { renderSarif, type SarifInput, type SarifOptions, sarifLog } from "./sarif.ts";

const OPTIONS: SarifOptions = {
  tool_version: "1.2.3",
  project_url: "https://example.org/project",
  category: "default",
};
const PATH = "app/chat.py";
const finding = exampleFinding({ rule: "int8-default", path: PATH, line: 2, end_line: 2 });
const files = (...lines: string[]) => [{ path: PATH, content: lines.join("\n") }];
const input = (change: Partial<SarifInput> = {}): SarifInput => ({
  findings: [finding],
  suppressed: [],
  files: files("import x", "load_in_8bit=True"),
  notes: [],
  ...change,
});
// Assigned to the types of SARIF 2.1.0: the compiler checks every name and every closed list.
const run = (change: Partial<SarifInput> = {}, options = OPTIONS) => {
  const log: Log = sarifLog(input(change), options);
  const [only, ...others] = log.runs;
  if (!only || others.length > 0) throw new Error("expected one run");
  return only;
};
const only = (change: Partial<SarifInput> = {}) => {
  const [result, ...others] = run(change).results ?? [];
  if (!result || others.length > 0) throw new Error("expected one result");
  return result;
};
const hash = (change: Partial<SarifInput> = {}) =>
  run(change).results?.map(({ partialFingerprints }) => partialFingerprints?.primaryLocationLineHash);

describe("sarifLog", () => {
  test("an empty run when there is nothing to tell", () => {
    expect(run({ findings: [] }).results).toEqual([]);
    expect(JSON.parse(renderSarif(input({ findings: [] }), OPTIONS))).toMatchObject({ version: "2.1.0" });
  });

  test("every rule with its help, an example, its page and its level", () => {
    const rules = run().tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
    expect(rules[0]).toMatchObject({
      name: "Int8Default",
      helpUri: "https://example.org/project/blob/main/docs/rules.md#int8-default",
      defaultConfiguration: { level: "error" },
    });
    for (const { help } of rules) expect(help?.markdown).toMatch(/Before:[\s\S]*After:[\s\S]*ecocompute: ignore/);
    expect(run({}, { ...OPTIONS, project_url: null }).tool.driver.rules?.[0]?.helpUri).toBeUndefined();
  });

  test("a result with its rule, level and region; its path is relative and encoded", () => {
    const path = "app/a b#c.py";
    expect(only({ findings: [{ ...finding, path, severity: "info", column: 5, end_line: 3 }] })).toMatchObject({
      ruleId: "int8-default",
      ruleIndex: 0,
      level: "note",
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "app/a%20b%23c.py", uriBaseId: "%SRCROOT%" },
            region: { startLine: 2, startColumn: 5, endLine: 3 },
          },
        },
      ],
    });
  });

  test("hostile text makes no link and no control character", () => {
    const message = "a [link](https://evil.example)\u0007 \u202e";
    const { text = "" } = only({ findings: [{ ...finding, message }] }).message;
    expect(text).toContain("a \\[link\\](https://evil.example)");
    expect(["\u0007", "\u202e"].some((character) => text.includes(character))).toBe(false);
  });

  test("the fingerprint survives other lines and spacing, and tells rule, deployment and text apart", () => {
    const moved = {
      findings: [{ ...finding, line: 4, end_line: 4 }],
      files: files("", "", "# x", "  load_in_8bit = True"),
    };
    expect(hash(moved)).toEqual(hash());
    expect(hash({ findings: [{ ...finding, rule: "nf4-small-model" }] })).not.toEqual(hash());
    expect(hash({ findings: [{ ...finding, deployment: "other" }] })).not.toEqual(hash());
    expect(hash({ files: files("import x", "load_in_8bit=True, a=1") })).not.toEqual(hash());
    const [first, second] = hash({ findings: [finding, finding] }) ?? [];
    expect([first?.endsWith(":1"), second?.endsWith(":2")]).toEqual([true, true]);
  });

  test("a suppressed finding is there with who silenced it and why", () => {
    const at = { path: PATH, line: 1, column: 1, end_line: 1 };
    const suppression = { rule: "int8-default", reason: "legacy", until: "2027-01-31", at };
    expect(only({ findings: [], suppressed: [{ finding, suppression }] }).suppressions).toEqual([
      {
        kind: "inSource",
        status: "accepted",
        justification: "legacy (until 2027-01-31)",
        location: expect.objectContaining({ physicalLocation: expect.anything() }),
      },
    ]);
    const inConfiguration = { ...suppression, at: { ...at, path: ".ecocompute.yml" } };
    expect(only({ findings: [], suppressed: [{ finding, suppression: inConfiguration }] }).suppressions).toMatchObject([
      { kind: "external" },
    ]);
  });

  test("an edit is a fix: the lines that it takes and what it puts there", () => {
    const edit = { path: PATH, line: 2, end_line: 2, replacement: "load_in_8bit=True, llm_int8_threshold=0.0" };
    expect(only({ findings: [{ ...finding, fix: { ...finding.fix, edit } }] }).fixes?.[0]?.artifactChanges).toEqual([
      {
        artifactLocation: { uri: PATH, uriBaseId: "%SRCROOT%" },
        replacements: [{ deletedRegion: { startLine: 2, endLine: 2 }, insertedContent: { text: edit.replacement } }],
      },
    ]);
  });

  test("5,000 results at most: the worst, and the rest is told", () => {
    const many = Array.from({ length: 5_010 }, () => ({ ...finding, severity: "info" as const }));
    const { results, invocations } = run({
      findings: [...many, { ...finding, severity: "critical" }],
      notes: ["b.py was not read"],
    });
    expect(results).toHaveLength(5_000);
    expect(results?.[0]?.level).toBe("error");
    expect(invocations?.[0]?.toolExecutionNotifications?.map(({ message }) => message.text)).toEqual([
      "11 more findings of lower severity are left out.",
      "b.py was not read",
    ]);
  });
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exampleFinding } from "./pull-request-example.test-data.ts";
import { classifyFindings } from "./pull-request-findings.ts";

const same = (id: string) => id;
const file = (...lines: string[]) => [{ path: "app/chat.py", content: lines.join("\n") }];
const BAD = "load_in_8bit=True";
const at = (line: number) => exampleFinding({ line, end_line: line });

describe("58: classifyFindings", () => {
  test("a finding without a partner is introduced, one that went is fixed", () => {
    const none = { files: file(""), findings: [] };
    const one = { files: file(BAD), findings: [at(1)] };
    expect(classifyFindings(none, one, same)).toEqual({ introduced: [at(1)], fixed: [], existing: [] });
    expect(classifyFindings(one, none, same)).toEqual({ introduced: [], fixed: [at(1)], existing: [] });
  });

  test("moving lines keeps a finding, and so does another indentation", () => {
    const base = { files: file(BAD), findings: [at(1)] };
    const head = { files: file("# a", "# b", `    ${BAD}`), findings: [at(3)] };
    expect(classifyFindings(base, head, same)).toMatchObject({ introduced: [], fixed: [], existing: [at(3)] });
  });

  test("of two equal findings where one was, one is introduced", () => {
    const base = { files: file(BAD), findings: [at(1)] };
    const head = { files: file(BAD, BAD), findings: [at(1), at(2)] };
    const { introduced, existing, fixed } = classifyFindings(base, head, same);
    expect([introduced.length, existing.length, fixed.length]).toEqual([1, 1, 0]);
    const back = classifyFindings(head, base, same);
    expect([back.introduced.length, back.existing.length, back.fixed.length]).toEqual([0, 1, 1]);
  });

  test("an edited line keeps its finding unless it became worse", () => {
    const warning = { files: file("nf4"), findings: [exampleFinding({ line: 1, end_line: 1, severity: "warning" })] };
    const critical = { files: file("nf4 # more"), findings: [at(1)] };
    expect(classifyFindings(warning, critical, same)).toMatchObject({ introduced: [at(1)], fixed: [], existing: [] });
    expect(classifyFindings(critical, warning, same)).toMatchObject({ introduced: [], fixed: [] });
  });

  test("a renamed file keeps its findings", () => {
    const moved = exampleFinding({ path: "lib/chat.py", deployment: "lib/chat.py#module/1", line: 1, end_line: 1 });
    const result = classifyFindings(
      { files: file(BAD), findings: [at(1)] },
      { files: [{ path: "lib/chat.py", content: BAD }], findings: [moved] },
      (id) => id.replace("app/", "lib/"),
    );
    expect(result).toMatchObject({ introduced: [], fixed: [], existing: [moved] });
  });

  test("what the pull request silences is not fixed, and what it no longer silences is introduced", () => {
    const open = { files: file(BAD), findings: [at(1)] };
    const suppression = { rule: at(1).rule, reason: "legacy" };
    const silenced = { files: file(BAD), findings: [], suppressed: [{ finding: at(1), suppression }] };
    expect(classifyFindings(open, silenced, same)).toEqual({ introduced: [], fixed: [], existing: [] });
    expect(classifyFindings(silenced, open, same)).toEqual({ introduced: [at(1)], fixed: [], existing: [] });
  });

  test("law: each finding of the head is told once, and counts balance", () => {
    const findings = fc.array(fc.record({ rule: fc.constantFrom("a", "b"), line: fc.integer({ min: 1, max: 3 }) }));
    const side = (items: readonly { rule: string; line: number }[]) => ({
      files: file("x", "y", "z"),
      findings: items.map(({ rule, line }) => exampleFinding({ rule, line, end_line: line })),
    });
    fc.assert(
      fc.property(findings, findings, (before, after) => {
        const { introduced, existing, fixed } = classifyFindings(side(before), side(after), same);
        expect(introduced.length + existing.length).toBe(after.length);
        expect(fixed.length).toBe(before.length - existing.length);
      }),
    );
  });
});

import type { Finding } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { suggestionsOf } from "./suggestions.ts";

const finding = (line: number, end_line: number, replacement: string, more: Partial<Finding> = {}): Finding => ({
  rule: "int8-default",
  severity: "warning",
  message: "m",
  path: "a.py",
  line,
  end_line,
  column: 1,
  deployment: "a.py#module/1",
  impact_percent: null,
  impact_kwh_month: null,
  evidence: [],
  why: "",
  fix: { description: "Ask @org/team.", code: "", edit: { path: "a.py", line, end_line, replacement } },
  ...more,
});
const SHOWN = [{ from: 1, to: 20 }];
const offered = (findings: readonly Finding[], hunks = SHOWN, editable = true) =>
  suggestionsOf(
    findings,
    "default",
    () => hunks,
    () => editable,
  );

describe("61: suggested changes", () => {
  test("one line, several lines, and text that cannot close its fence", () => {
    const [one, two] = offered([finding(3, 3, "x = 1"), finding(5, 7, "```\ny")]);
    expect(one).toMatchObject({ path: "a.py", line: 3, body: expect.stringMatching(/\n```suggestion\nx = 1\n```$/) });
    expect(one).not.toHaveProperty("start_line");
    expect(two).toMatchObject({
      line: 7,
      start_line: 5,
      body: expect.stringMatching(/\n````suggestion\n```\ny\n````$/),
    });
    expect(one?.body).not.toContain("@org/team");
  });

  test.each([
    ["outside of every hunk", offered([finding(30, 30, "x")])],
    ["half outside", offered([finding(19, 21, "x")])],
    ["in a file that ends its lines otherwise", offered([finding(3, 3, "x")], SHOWN, false)],
    ["with what is not seen", offered([finding(3, 3, "x = '\u202e'")])],
    ["without an edit", offered([finding(3, 3, "x", { fix: { description: "", code: "" } })])],
  ])("none %s", (_, suggestions) => expect(suggestions).toEqual([]));

  test("one for a line, the worst", () => {
    const worst = finding(4, 6, "worst", { severity: "critical" });
    expect(offered([finding(3, 4, "other"), worst]).map(({ line }) => line)).toEqual([6]);
  });

  test("42: 40 at most", () => {
    const many = Array.from({ length: 60 }, (_, i) => finding(i + 1, i + 1, "x"));
    expect(offered(many, [{ from: 1, to: 99 }])).toHaveLength(40);
  });
});

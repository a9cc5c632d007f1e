import { expect, test } from "vitest";
import { renderComment } from "../report/comment-markdown.ts";
import type { CommentOptions } from "../report/comment-options.ts";
import { coverageOf } from "./audit-coverage.ts";
import { exampleChange, exampleFinding, exampleReport } from "./pull-request-example.test-data.ts";
import { readPullRequestFacts } from "./pull-request-facts.ts";
import type { PullRequestReport } from "./pull-request-report.ts";

const SHA = "c".repeat(40);
const OPTIONS: CommentOptions = {
  violations: [],
  head_sha: SHA,
  merge_base_sha: null,
  file_url: null,
  method_url: null,
  max_bytes: 60_000,
  rest_at: "the job summary",
};
const commit = { head_sha: SHA, merge_base_sha: null };
const report: PullRequestReport = {
  ...exampleReport(
    [exampleChange("k8s/a.yaml#a", { before: 100, after: 150 }), exampleChange("b.py#b", { after: null })],
    {
      introduced: [
        exampleFinding({ evidence: [], how_to_measure: "Not measured here; run: `python measure/measure.py`" }),
      ],
      existing: [exampleFinding({ rule: "old" })],
    },
  ),
  warnings: [{ code: "partly-read", message: "one document was not read" }],
  suppressed: [
    {
      finding: exampleFinding({ rule: "quiet" }),
      suppression: {
        rule: "quiet",
        reason: "measured on our own",
        until: "2027-01-31",
        at: { path: "a.py", line: 3, column: 1, end_line: 3 },
      },
    },
  ],
  coverage: coverageOf({
    files_read: 2,
    files_skipped: [{ path: "x.py", why: "it is binary" }],
    unlisted: [
      { why: "it is binary", files: 2 },
      { why: "not a format that is read", files: 7 },
    ],
    partial: ["first 300 files"],
    deployments: [],
  }),
};
const read = (facts: object) => readPullRequestFacts(JSON.stringify(facts));

test("the comment of a fork's facts is the one that its own run would have written", () => {
  const outcome = read({ ...report, ...commit });
  if (!outcome.ok) throw new Error(outcome.problem);
  const { report: facts } = outcome.facts;
  expect(facts.suppressed).toEqual(report.suppressed);
  const coverage = { ...report.coverage, deployments: facts.coverage.deployments };
  expect(renderComment(facts, OPTIONS)).toBe(renderComment({ ...report, coverage }, OPTIONS));
});

test("an edit that nobody here checked is not believed", () => {
  const edit = { path: "a.py", line: 1, end_line: 1, replacement: "import os" };
  const introduced = [exampleFinding({ fix: { description: "d", code: "", edit } })];
  const outcome = read({ ...report, findings: { introduced, fixed: [], existing: [] }, ...commit });
  if (!outcome.ok) throw new Error(outcome.problem);
  expect(outcome.facts.report.findings.introduced[0]?.fix).toEqual({ description: "d", code: "" });
});

test("what is no report is refused with the place", () => {
  expect(readPullRequestFacts("{")).toEqual({ ok: false, problem: "expected JSON" });
  expect(read({ ...report, head_sha: "HEAD", merge_base_sha: null })).toMatchObject({
    ok: false,
    problem: expect.stringContaining("head_sha"),
  });
  expect(read({ ...report, ...commit, suppressed: [{}] })).toMatchObject({
    ok: false,
    problem: expect.stringContaining("suppressed.0"),
  });
});

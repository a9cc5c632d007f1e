import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { pullRequestPayload } from "./fake-github/payloads.ts";
import { readTree, runAction } from "./fake-github/run-action.ts";
import { FAKE, type FakeGithub, type FakeScenario, startFakeGithub } from "./fake-github/server.ts";

const FORK = "mallory/inference";
const commits = { base: FAKE.baseSha, head: FAKE.headSha };
const [mergeBase, head] = await Promise.all([
  readTree("replicas-and-int8", "base"),
  readTree("replicas-and-int8", "head"),
]);
const PULL = {
  number: FAKE.pullNumber,
  state: "open",
  base: { sha: FAKE.baseSha },
  head: { sha: FAKE.headSha, ref: "topic", repo: { full_name: FORK } },
};

let github: FakeGithub;
afterEach(() => github.close());
const start = async (more: Partial<FakeScenario> = {}) => {
  github = await startFakeGithub({ mergeBase, head, openPulls: [PULL], ...more });
};

describe("2, 7: a read-only token", () => {
  test.each([
    ["a fork", FORK],
    ["Dependabot", FAKE.repository],
  ])("of %s never fails the job; the report is elsewhere, whole", async (_, from) => {
    await start({ permissions: ["contents: read", "pull-requests: read"] });
    const event = pullRequestPayload(commits, from);
    const passing = await runAction({ apiUrl: github.url, event, inputs: { "fail-on": "never" } });
    expect(passing.exitCode, passing.log).toBe(0);
    const run = await runAction({ apiUrl: github.url, event, inputs: { annotations: "false" } });
    expect(run.exitCode).toBe(1);
    expect(run.outputs).toMatchObject({ "comment-posted": "false", "comment-skip-reason": "read-only-token" });
    expect(run.log.match(/^::notice/gm)).toHaveLength(1);
    expect(run.log).toContain(from === FORK ? "examples/fork-comment.yml" : "pull-requests: write");
    expect(run.summary).toContain("This pull request raises LLM serving energy");
    expect(run.files["report-markdown"]?.trimEnd()).toBe(run.summary.trimEnd());
    expect(run.reportJson).toContain('"code": "comment-read-only-token"');
    expect(run.log).not.toContain(FAKE.token);
  });
});

test("6: pull_request_target comments on a fork's pull request, and reads its head through the API only", async () => {
  await start();
  const run = await runAction({
    apiUrl: github.url,
    eventName: "pull_request_target",
    event: pullRequestPayload(commits, FORK),
    env: { GITHUB_WORKSPACE: process.cwd() },
  });
  expect(run.exitCode, run.log).toBe(1);
  expect(github.comments).toHaveLength(1);
  expect(github.journal.some(({ path }) => path.includes("/compare/"))).toBe(true);
});

describe("4, 5: the second stage", () => {
  const folder = mkdtempSync(join(tmpdir(), "ecocompute-facts-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const FILE = join(folder, "report-default.json");
  const event = JSON.stringify({
    repository: { full_name: FAKE.repository },
    workflow_run: { head_sha: FAKE.headSha, head_branch: "topic", head_repository: { full_name: FORK } },
  });
  const comment = (file = FILE, more: object = {}) =>
    runAction({
      apiUrl: github.url,
      eventName: "workflow_run",
      event,
      inputs: { "facts-file": file, "fail-on": "never" },
      ...more,
    });
  /** The report that the first stage leaves. */
  const facts = async (): Promise<Record<string, unknown>> => {
    const first = await runAction({
      apiUrl: github.url,
      event: pullRequestPayload(commits, FORK),
      inputs: { comment: "never" },
    });
    return JSON.parse(first.reportJson ?? "");
  };

  test("renders the comment anew from the facts of the first, and says that they are the fork's", async () => {
    await start();
    writeFileSync(FILE, JSON.stringify(await facts()));
    const run = await comment();
    expect(run.exitCode, run.log).toBe(0);
    const body = github.comments[0]?.body ?? "";
    expect(body).toContain("This pull request raises LLM serving energy by at least 199 kWh");
    expect(body).toContain("app/summarize.py:11");
    expect(body).toContain("nobody checked that the run was not changed");
    expect(github.reviewComments).toEqual([]);
  });

  test("neutralises text, drops what it does not know, and makes sums itself", async () => {
    await start();
    const report = await facts();
    const evil = "@acme/team [x](https://evil.example) <img src=x onerror=1> #1 </details>";
    const findings = report.findings;
    const text = JSON.stringify({
      ...report,
      extra: evil,
      pull_request: 1,
      notices: [evil],
      violations: [{ policy: evil }],
    })
      .replaceAll("idle replicas", JSON.stringify(evil).slice(1, -1))
      .replace(/"energy_kwh":\{"value":543[^}]*\}/g, '"energy_kwh":{"value":1,"low":0,"high":2}');
    expect(findings).toBeDefined();
    writeFileSync(FILE, text);
    const run = await comment();
    expect(run.exitCode, run.log).toBe(0);
    const body = github.comments[0]?.body ?? "";
    expect(body).not.toMatch(/@acme\/team|<img|\]\(https:\/\/evil| #1\b/);
    expect(github.comments).toHaveLength(1);
  });

  test.each([
    ["no JSON", "{", "expected JSON"],
    ["another report", JSON.stringify({ protocol: "audit" }), "protocol"],
    ["NaN", '{"protocol":"pull-request","head_sha":NaN}', "expected JSON"],
    ["more than 8 MB", " ".repeat(9_000_000), "at most 8388608"],
  ])("refuses %s", async (_, text, why) => {
    await start();
    writeFileSync(FILE, text);
    const run = await comment();
    expect(run.exitCode).toBe(3);
    expect(run.log).toContain("The facts were refused");
    expect(run.log).toContain(why);
    expect(github.writes()).toEqual([]);
  });

  test.each([
    ["a number beyond all", { merge_base_sha: null, warnings: [], deployments: "x" }],
    ["a text for a list", { findings: { introduced: "x" } }],
  ])("refuses %s", async (_, wrong) => {
    await start();
    writeFileSync(
      FILE,
      JSON.stringify({ ...(await facts()), ...wrong }).replace('"not_estimated":1', '"not_estimated":1e999'),
    );
    expect((await comment()).exitCode).toBe(3);
    expect(github.writes()).toEqual([]);
  });

  test("refuses a symlink and a path where nothing is", async () => {
    await start();
    const link = join(folder, "link.json");
    symlinkSync("/etc/passwd", link);
    expect((await comment(link)).log).toContain("is no regular file");
    expect((await comment(join(folder, "../../nothing.json"))).log).toContain("cannot be read");
    expect(github.writes()).toEqual([]);
  });

  test.each([
    ["facts of another commit", { head: { head_sha: "d".repeat(40) } }, {}],
    ["no open pull request with that head", {}, { openPulls: [] }],
    ["a head that has moved on", {}, { openPulls: [{ ...PULL, head: { ...PULL.head, sha: "e".repeat(40) } }] }],
    ["two pull requests with that head", {}, { openPulls: [PULL, { ...PULL, number: 8 }] }],
    ["the same commit in another repository", {}, { openPulls: [{ ...PULL, head: { ...PULL.head, repo: null } }] }],
  ])("refuses %s", async (_, { head: changed = {} }: { head?: object }, scenario) => {
    await start(scenario);
    writeFileSync(FILE, JSON.stringify({ ...(await facts()), ...changed }));
    const run = await comment();
    expect(run.exitCode, run.log).toBe(3);
    expect(github.writes()).toEqual([]);
  });

  test("says which input it needs", async () => {
    await start();
    const run = await runAction({ apiUrl: github.url, eventName: "workflow_run", event });
    expect(run.exitCode).toBe(2);
    expect(run.log).toContain("input facts-file: expected the path");
  });
});

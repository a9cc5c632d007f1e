import { catalogueData } from "@ecocompute/data";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gitRepository } from "./fake-github/git-repository.ts";
import { dispatchPayload } from "./fake-github/payloads.ts";
import type { Tree } from "./fake-github/repository.ts";
import { type ActionSetup, readTree, runAction } from "./fake-github/run-action.ts";
import { FAKE, type FakeGithub, type FakeScenario, startFakeGithub } from "./fake-github/server.ts";

const HEAD = await readTree("replicas-and-int8", "head");
const MARKER = "<!-- ecocompute-report:default -->";
const TODAY = new Date().toISOString().slice(0, 10);

let github: FakeGithub;
const start = async (tree: Tree = HEAD, more: Partial<FakeScenario> = {}) => {
  github = await startFakeGithub({ mergeBase: {}, head: tree, ...more });
};
beforeEach(() => start());
afterEach(() => github.close());

const report = (more: Partial<ActionSetup> = {}) =>
  runAction({
    apiUrl: github.url,
    eventName: "schedule",
    event: '{"schedule":"0 6 1 * *"}',
    ...more,
    env: { GITHUB_SHA: FAKE.headSha, GITHUB_REF: "refs/heads/main", ...more.env },
  });
/** The report of another day, as the issue would hold it. */
const asOf = (body: string, day: string) =>
  body
    .replaceAll(TODAY, day)
    .replaceAll(TODAY.slice(2), day.slice(2))
    .replaceAll(catalogueData.dataset_version, "2026.01.01+golden");

describe("63: the report of a schedule", () => {
  test("is one issue with totals, each deployment, savings and what is not known", async () => {
    const run = await report();
    expect(run.exitCode, run.log).toBe(0);
    expect(github.issues).toHaveLength(1);
    const [issue] = github.issues;
    expect(issue).toMatchObject({ title: "EcoCompute: energy and cost of LLM serving", state: "open" });
    expect(issue?.body.startsWith(`${MARKER}\n**LLM serving uses at least`)).toBe(true);
    for (const part of ["### Deployments", "`chat`", "### Not estimated", "**Coverage**: "]) {
      expect(issue?.body).toContain(part);
    }
    expect(run.outputs).toMatchObject({
      verdict: "pass",
      "issue-url": "https://github.com/acme/inference/issues/100",
      "energy-kwh-month-delta": "",
    });
    expect(Number(run.outputs["energy-kwh-month"])).toBeGreaterThan(100);
    expect(run.summary).not.toContain("ecocompute-state");
    await expect(asOf(issue?.body ?? "", "2026-11-01")).toMatchFileSnapshot("goldens/repository-report.md");
  });

  test("a second one of the same day writes nothing; a later one edits, with trend and movers", async () => {
    await report();
    const [issue] = github.issues;
    if (!issue) throw new Error("no issue was written");
    await report();
    expect(github.writes().map(({ method }) => method)).toEqual(["POST"]);
    const body = asOf(issue.body, "2026-10-01");
    const fewer = { ...HEAD, "k8s/chat.yaml": (HEAD["k8s/chat.yaml"] ?? "").replace("replicas: 4", "replicas: 1") };
    await github.close();
    await start(fewer, { issues: [{ ...issue, body, state: "open" }] });
    const run = await report();
    const now = github.issues[0]?.body ?? "";
    expect(github.issues).toHaveLength(1);
    expect(now).toContain("```mermaid\nxychart-beta");
    expect(now).toContain("### What moved since 2026-10-01");
    expect(now).toMatch(/- `chat`: [\d,.]+ kWh → [\d,.]+ kWh a month \(\*\*−/);
    expect(Number(run.outputs["energy-kwh-month-delta"])).toBeLessThan(-100);
    await expect(asOf(now, "2026-11-01")).toMatchFileSnapshot("goldens/repository-report-trend.md");
  });

  test("is closed while the budgets are met and opened when they are not", async () => {
    await report({ inputs: { "max-monthly-kwh": "100000" } });
    expect(github.issues).toMatchObject([{ state: "closed", body: expect.stringContaining("✅ Within the budget") }]);
    const over = await report({ inputs: { "max-monthly-kwh": "10" } });
    expect(github.issues).toMatchObject([
      { state: "open", body: expect.stringContaining("❌ Over the budget of 10 kWh") },
    ]);
    expect(over.exitCode).toBe(0);
    expect(over.log).toContain("::warning::Over the budget of 10 kWh");
  });

  test("takes its budgets from the configuration, and tells expired suppressions", async () => {
    await github.close();
    await start({
      ...HEAD,
      ".ecocompute.yml":
        'budgets: { report_monthly_kwh: 5 }\nsuppressions: [{ rule: int8-default, reason: "Later.", until: 2026-01-31 }]\n',
    });
    await report();
    expect(github.issues[0]?.body).toContain("❌ Over the budget of 5 kWh");
    expect(github.issues[0]?.body).toContain("### Reminders");
    expect(github.issues[0]?.body).toMatch(/the suppression of int8-default expired on 2026-01-31/);
  });

  test("never takes an issue of somebody else or a pull request for its own", async () => {
    await github.close();
    const others = [
      { number: 1, title: "x", body: `${MARKER}\nmallory`, state: "open", user: { login: "mallory" } },
      {
        number: 2,
        title: "x",
        body: `${MARKER}\na pull request`,
        state: "open",
        user: { login: "github-actions[bot]" },
        pull_request: {},
      },
    ] as const;
    await start(HEAD, { issues: others });
    await report();
    expect(github.issues).toHaveLength(3);
    expect(github.issues.slice(0, 2)).toEqual(others);
  });

  test("a state that somebody broke is told, and begins anew", async () => {
    await github.close();
    const body = `${MARKER}\nold\n\n<!-- ecocompute-state {"version":1,"history":"<img>"} -->`;
    await start(HEAD, {
      issues: [{ number: 9, title: "x", body, state: "open", user: { login: "github-actions[bot]" } }],
    });
    await report();
    expect(github.issues).toMatchObject([{ number: 9, body: expect.stringContaining("the trend begins anew") }]);
  });

  test("has the title that is asked for, and takes another one on the next run", async () => {
    await report({ inputs: { "report-issue": "GPU bill" } });
    await report({ inputs: { "report-issue": "GPU bill of the platform" } });
    expect(github.issues.map(({ title }) => title)).toEqual(["GPU bill of the platform"]);
  });

  test("an empty repository has an empty report", async () => {
    await github.close();
    await start({});
    const run = await report();
    expect(run.exitCode, run.log).toBe(0);
    expect(github.issues[0]?.body).toContain("No LLM deployment was found");
  });

  test("files: JSON, Markdown, and CSV that no spreadsheet takes for a formula", async () => {
    await github.close();
    await start({ ...HEAD, "=cmd()/chat.yaml": HEAD["k8s/chat.yaml"] ?? "" });
    const run = await report();
    const csv = run.files["report-csv"] ?? "";
    expect(csv.split("\r\n")[0]).toContain("id,name,path,line,model_id");
    expect(csv).toContain("'=cmd()/chat.yaml");
    expect(JSON.parse(run.files["report-json"] ?? "")).toMatchObject({ protocol: "repository-report", day: TODAY });
  });

  test("reads a shallow checkout without a request but for the issue", async () => {
    const repository = gitRepository(HEAD);
    const run = await report({
      env: { GITHUB_WORKSPACE: repository.folder, GITHUB_SHA: repository.git("rev-parse", "HEAD") },
    });
    repository.remove();
    expect(run.exitCode, run.log).toBe(0);
    expect(github.journal.every(({ path }) => path.includes("/issues") || path === "/graphql")).toBe(true);
    expect(github.issues[0]?.body).toContain("`chat`");
  });

  test("workflow_dispatch on the default branch and mode report make one too; a pull request is told why not", async () => {
    const event = dispatchPayload("main");
    await report({ eventName: "workflow_dispatch", event });
    expect(github.issues).toHaveLength(1);
    const run = await runAction({ apiUrl: github.url, inputs: { mode: "report" } });
    expect(run.exitCode).toBe(2);
    expect(run.log).toContain("Run it on schedule, workflow_dispatch or push");
  });
});

describe("71: where no issue can be written the report is in the summary and in the files", () => {
  test.each([
    [403, "Resource not accessible by integration", "issues: write"],
    [410, "Issues has been disabled in this repository.", "enable them"],
    [404, "Not Found", "issues: write"],
    [401, "Bad credentials", "github-token"],
  ])("%i %s", async (status, message, told) => {
    github.faults.push({ method: "POST", path: /\/issues$/, status, message });
    const run = await report();
    expect(run.exitCode, run.log).toBe(0);
    expect(run.summary).toContain("**LLM serving uses at least");
    expect(run.files["report-json"]).toContain('"chat"');
    expect(run.log.match(/^::notice/gm)).toHaveLength(1);
    expect(run.log).toContain(told);
  });

  test("comment: never asks for no issue at all", async () => {
    await report({ inputs: { comment: "never" } });
    expect(github.journal.filter(({ path }) => path.includes("/issues"))).toEqual([]);
  });

  test("3 where the repository cannot be read", async () => {
    github.faults.push({ method: "GET", path: /\/git\/trees\//, status: 404, message: "Not Found" });
    const run = await report();
    expect(run.exitCode).toBe(3);
    expect(run.summary).toContain("The repository could not be read");
    expect(run.log).toContain('Give the job "permissions: contents: read, issues: write".');
  });
});

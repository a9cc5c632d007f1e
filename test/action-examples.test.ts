import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogueData } from "@ecocompute/data";
import { indexCatalogue, readProjectConfig } from "@ecocompute/engine";
import { afterEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { INPUT_DEFAULTS } from "../packages/action/src/inputs.ts";
import { pullRequestPayload } from "./fake-github/payloads.ts";
import { type ActionSetup, readTree, runAction } from "./fake-github/run-action.ts";
import { FAKE, type FakeGithub, type Permission, startFakeGithub } from "./fake-github/server.ts";

const COMMITS = { base: FAKE.baseSha, head: FAKE.headSha };
const FORK = "mallory/inference";
const FORK_PULL = {
  number: FAKE.pullNumber,
  state: "open",
  base: { sha: FAKE.baseSha },
  head: { sha: FAKE.headSha, ref: "topic", repo: { full_name: FORK } },
};
const workflowRunPayload = (from: string): string =>
  JSON.stringify({
    repository: { full_name: FAKE.repository },
    workflow_run: { head_sha: FAKE.headSha, head_branch: "topic", head_repository: { full_name: from } },
  });
const FOLDER = join(import.meta.dirname, "../examples");
const NAMES = readdirSync(FOLDER).filter((name) => /^[a-z-]+\.yml$/.test(name));

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}
interface Workflow {
  readonly on: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[]; readonly "timeout-minutes"?: number }>>;
}
const read = (name: string): Workflow => parse(readFileSync(join(FOLDER, name), "utf8"));
const stepsOf = (workflow: Workflow) => Object.values(workflow.jobs).flatMap((job) => job.steps);
const ours = (workflow: Workflow) => stepsOf(workflow).filter((step) => step.uses?.startsWith("OWNER/ecocompute@"));

describe.each(NAMES)("38, 66: examples/%s", (name) => {
  const workflow = read(name);
  const text = readFileSync(join(FOLDER, name), "utf8");

  test("names its permissions, each with its reason, and no more", () => {
    expect(Object.keys(workflow.permissions ?? {}).length).toBeGreaterThan(0);
    for (const [scope, level] of Object.entries(workflow.permissions ?? {})) {
      expect(text).toMatch(new RegExp(`^  ${scope}: ${level} # \\w`, "m"));
    }
    expect(text).not.toMatch(/write-all|secrets\./);
  });

  test("pins every action by its commit, with the version beside it", () => {
    for (const { uses } of stepsOf(workflow)) {
      if (uses === "OWNER/ecocompute@COMMIT") continue;
      expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+`));
    }
  });

  test("runs no shell, keeps no credentials, and ends", () => {
    for (const step of stepsOf(workflow)) {
      expect(step.run).toBeUndefined();
      if (step.uses?.startsWith("actions/checkout@")) expect(step.with).toMatchObject({ "persist-credentials": false });
    }
    for (const job of Object.values(workflow.jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  test("6: never checks out a head under pull_request_target or workflow_run", () => {
    const events = JSON.stringify(workflow.on);
    if (/pull_request_target|workflow_run/.test(events)) expect(text).not.toContain("actions/checkout");
  });

  test("uses this Action once, with inputs that exist", () => {
    expect(ours(workflow)).toHaveLength(1);
    for (const input of Object.keys(ours(workflow)[0]?.with ?? {})) {
      expect(Object.keys(INPUT_DEFAULTS)).toContain(input);
    }
  });
});

test("51: examples/.ecocompute.yml is read", () => {
  const text = readFileSync(join(FOLDER, ".ecocompute.yml"), "utf8");
  const result = readProjectConfig(text, ".ecocompute.yml", indexCatalogue(catalogueData));
  expect(result).toMatchObject({ ok: true, config: { suppressions: [{ rule: "batch-size-one" }] } });
});

describe("1: each example works with the permissions that it declares, and needs no other", () => {
  let github: FakeGithub;
  afterEach(() => github.close());

  /** Runs the example's own step against a server that answers 403 to all that its permissions do not cover. */
  async function runExample(name: string, more: Partial<ActionSetup> = {}) {
    const workflow = read(name);
    const permissions = Object.entries(workflow.permissions ?? {}).flatMap(([scope, level]): Permission[] => {
      const own = `${scope}: ${level}`;
      return KNOWN.filter((each) => each === own);
    });
    const [mergeBase, head] = await Promise.all([
      readTree("replicas-and-int8", "base"),
      readTree("replicas-and-int8", "head"),
    ]);
    github = await startFakeGithub({ mergeBase, head, permissions, openPulls: [FORK_PULL] });
    const inputs = Object.entries(ours(workflow)[0]?.with ?? {}).map(([key, value]) => [key, String(value)]);
    return runAction({ apiUrl: github.url, ...more, inputs: { ...Object.fromEntries(inputs), ...more.inputs } });
  }
  const KNOWN: readonly Permission[] = ["contents: read", "pull-requests: write", "issues: write"];
  const refusals = () => github.journal.filter(({ status }) => status === 403);

  test("pull-request.yml: comment and suggested changes", async () => {
    const run = await runExample("pull-request.yml");
    expect(run.exitCode, run.log).toBe(1);
    expect(run.outputs["comment-posted"]).toBe("true");
    expect(github.reviewComments.map(({ path }) => path)).toContain("app/summarize.py");
    expect(refusals()).toEqual([]);
  });

  test("pull-request-large.yml: the limit of its input decides", async () => {
    const run = await runExample("pull-request-large.yml");
    expect(github.comments[0]?.body).toContain("❌ **max-increase-percent**: allowed 25 %");
    expect(run.exitCode).toBe(1);
    expect(refusals()).toEqual([]);
  });

  test("fork-audit.yml: contents: read alone", async () => {
    const run = await runExample("fork-audit.yml");
    expect(run.outputs.verdict, run.log).toBe("fail");
    expect(refusals()).toEqual([]);
    expect(github.writes()).toEqual([]);
  });

  test("4: fork-comment.yml: the comment, from nothing but the facts that fork-audit.yml uploads", async () => {
    const uploads = stepsOf(read("fork-audit.yml")).filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
    expect(uploads.map((step) => step.with?.path)).toEqual(["$" + "{{ steps.ecocompute.outputs.report-json }}"]);
    const audited = await runExample("fork-audit.yml", { event: pullRequestPayload(COMMITS, FORK) });
    await github.close();
    const folder = mkdtempSync(join(tmpdir(), "ecocompute-facts-"));
    const file = join(folder, "report-default.json");
    writeFileSync(file, audited.reportJson ?? "");
    const run = await runExample("fork-comment.yml", {
      eventName: "workflow_run",
      event: workflowRunPayload(FORK),
      inputs: { "facts-file": file },
    });
    rmSync(folder, { recursive: true });
    expect(run.exitCode, run.log).toBe(0);
    expect(github.comments[0]?.body).toContain("app/summarize.py:11");
    expect(refusals()).toEqual([]);
  });

  test("monthly-report.yml: the issue, without any right on pull requests", async () => {
    const run = await runExample("monthly-report.yml", {
      eventName: "schedule",
      event: "{}",
      env: { GITHUB_SHA: FAKE.headSha },
    });
    expect(run.exitCode, run.log).toBe(0);
    expect(github.issues).toHaveLength(1);
    expect(refusals()).toEqual([]);
  });
});

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OUTPUT_NAMES } from "../packages/action/src/outputs.ts";
import { type GitRepository, gitRepository } from "./fake-github/git-repository.ts";
import { dispatchPayload, pullRequestPayload, pushPayload } from "./fake-github/payloads.ts";
import { type ActionRun, type ActionSetup, runAction } from "./fake-github/run-action.ts";
import { FAKE, type FakeGithub, type FakeScenario, startFakeGithub } from "./fake-github/server.ts";
import { wrongInLog, wrongInSarif, wrongWith } from "./support/github-html.ts";
import { PAYLOADS, shown } from "./support/hostile-payloads.ts";
import { everywhere, hostileFiles, PLACES } from "./support/hostile-tree.ts";
import { sarifErrors } from "./support/sarif-schema.ts";

const ROOT = join(import.meta.dirname, "..");

let github: FakeGithub | undefined;
let repository: GitRepository;
beforeEach(() => {
  repository = gitRepository({ "README.md": "a\n" });
});
afterEach(async () => {
  repository.remove();
  await github?.close();
  github = undefined;
});

interface Audited extends ActionRun {
  readonly comment: string;
  readonly shas: readonly string[];
}

/** Audits a change of a checkout and comments on it. */
async function audit(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  inputs: ActionSetup["inputs"] = {},
  scenario: Partial<FakeScenario> = {},
): Promise<Audited> {
  const base = repository.commit(before);
  const head = repository.commit(after);
  github = await startFakeGithub({ mergeBase: before, head: after, headNow: head, ...scenario });
  const payload = JSON.parse(pullRequestPayload({ base, head }));
  const hostile = PAYLOADS.join(" ");
  Object.assign(payload.pull_request, { title: hostile, body: hostile, user: { login: hostile } });
  payload.pull_request.head.ref = hostile;
  const run = await runAction({
    apiUrl: github.url,
    event: JSON.stringify(payload),
    env: { GITHUB_WORKSPACE: repository.folder, GITHUB_HEAD_REF: hostile },
    inputs: { "fail-on": "never", suggestions: "false", ...inputs },
  });
  return { ...run, comment: github.comments[0]?.body ?? "", shas: [base, head] };
}

/** Everything that a run left is text of ours around text of the pull request. */
function expectHarmless(run: ActionRun, bodies: readonly string[], shas: readonly string[]): void {
  const isOurs = (href: string) => /^https:\/\/github\.com\/acme\/(?:inference|ecocompute)\/blob\//.test(href);
  for (const body of [...bodies, run.summary]) expect(wrongWith(body, isOurs, shas).slice(0, 5)).toEqual([]);
  expect(wrongInLog(run.log).slice(0, 5)).toEqual([]);
  expect(run.log).not.toContain(FAKE.token);
  expect(run.log).not.toContain("bug of its own");
  expect(OUTPUT_NAMES).toEqual(expect.arrayContaining(Object.keys(run.outputs)));
  for (const [name, value] of Object.entries(run.outputs)) expect(value.length, name).toBeLessThan(1_000);
  expect(existsSync(join(repository.folder, "canary"))).toBe(false);
}

/** Files with each of the payloads in every place, at both sides. */
const filesOf = (payloads: readonly string[], replicas: number): Record<string, string> =>
  Object.assign({}, ...payloads.map((payload, i) => hostileFiles(i, everywhere(payload), replicas)));

/** A run for each would take minutes: every second one, of each kind at least one. All of them: action-hostile-texts. */
const TRIED = PAYLOADS.filter((_, i) => i % 2 === 0);
const CHUNK = 75;
const CHUNKS = Array.from({ length: Math.ceil(TRIED.length / CHUNK) }, (_, i) =>
  TRIED.slice(i * CHUNK, (i + 1) * CHUNK),
);

describe("33, 34: every place that a pull request controls", () => {
  test("is tried with at least 200 payloads", () => expect(TRIED.length).toBeGreaterThanOrEqual(200));

  test("is read: its texts reach the report", async () => {
    const texts = Object.fromEntries(PLACES.map((place) => [place, `in-${place}`]));
    const of = (replicas: number) => hostileFiles(1, { ...everywhere("x"), ...texts }, replicas);
    const { summary } = await audit(of(2), of(4));
    const told = PLACES.filter((place) => summary.includes(`in-${place}`));
    // A label, an image and the like decide nothing that a report names.
    const untold = ["namespace", "label", "container", "image", "argument", "variable", "chart"];
    expect(told).toEqual(PLACES.filter((place) => !untold.includes(place)));
  });

  test.each(CHUNKS.map((chunk) => [shown(chunk[0] ?? ""), chunk]))(
    "stays text: from %s on",
    async (_, payloads) => {
      const run = await audit(filesOf(payloads, 2), filesOf(payloads, 4));
      expect(run.exitCode, run.log).toBe(0);
      expect(github?.comments).toHaveLength(1);
      expectHarmless(run, [run.comment], run.shas);
      expect(wrongInSarif(run.files.sarif ?? "").slice(0, 5)).toEqual([]);
      expect(sarifErrors(run.files.sarif ?? "").slice(0, 5)).toEqual([]);
      for (const row of run.comment.match(/^\| .*$/gm) ?? []) expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
      const report = JSON.parse(run.reportJson ?? "");
      expect(report.deployments.length).toBeGreaterThan(payloads.length * 3);
    },
    60_000,
  );

  test("stays text in suggested changes", async () => {
    const payloads = TRIED.slice(0, 40);
    const files = (eightBit: string) =>
      Object.fromEntries(
        payloads.map((payload, i) => [
          `app/${i}.py`,
          `from transformers import AutoModelForCausalLM as A\nm = A.from_pretrained(${JSON.stringify(payload.toWellFormed())}, load_in_8bit=${eightBit})\n`,
        ]),
      );
    const run = await audit(files("False"), files("True"), { suggestions: "true" });
    const bodies = github?.reviewComments.map(({ body }) => body) ?? [];
    expect(bodies.length).toBeGreaterThan(20);
    expectHarmless(run, [run.comment, ...bodies], run.shas);
  });

  test("stays text in the report's issue", async () => {
    const head = repository.commit(filesOf(TRIED.slice(0, 60), 4));
    github = await startFakeGithub({ mergeBase: {}, head: {} });
    const run = await runAction({
      apiUrl: github.url,
      eventName: "schedule",
      event: "{}",
      env: { GITHUB_WORKSPACE: repository.folder, GITHUB_SHA: head },
    });
    expect(run.exitCode, run.log).toBe(0);
    const [issue] = github.issues;
    expectHarmless(run, [issue?.body ?? ""], [head]);
    expect(issue?.title).toBe("EcoCompute: energy and cost of LLM serving");
    expect(wrongInSarif(run.files.sarif ?? "").slice(0, 5)).toEqual([]);
  });

  const CONFIG = ".ecocompute.yml";
  const broken = (payload: string) =>
    `${JSON.stringify(payload.toWellFormed())}: 1\nusage: ${JSON.stringify(payload)}\n`;

  const some = PAYLOADS.filter((_, i) => i % 64 === 7).map((payload) => [shown(payload), payload]);
  test.each(some)("stays text in the problems of a configuration: %s", async (_, payload) => {
    const brings = await audit({ "a.py": "x = 1\n" }, { [CONFIG]: broken(payload) });
    expect(brings.exitCode, brings.log).toBe(2);
    expectHarmless(brings, [brings.comment], brings.shas);
    await github?.close();
    const has = await audit({ "a.py": "x = 2\n" }, { "a.py": "x = 3\n" });
    expect(has.exitCode, has.log).toBe(2);
    expectHarmless(has, [], has.shas);
  });
});

describe("34: the log", () => {
  test("is one line for what a payload, git or an answer says, and no command of theirs", async () => {
    const head = repository.git("rev-parse", "HEAD");
    const hostile = "x\n::set-output name=x::y\n##[add-mask]a\u001b[31m\u202e";
    const refuse = { status: 500, message: hostile };
    github = await startFakeGithub({ mergeBase: {}, head: {}, faults: [{ method: "GET", path: /./, ...refuse }] });
    const payload = JSON.parse(dispatchPayload("topic"));
    payload.repository.default_branch = hostile;
    const run = await runAction({
      apiUrl: github.url,
      eventName: "workflow_dispatch",
      event: JSON.stringify(payload),
      env: { GITHUB_WORKSPACE: repository.folder, GITHUB_SHA: head },
    });
    expect(run.exitCode).toBe(3);
    expect(run.log).toContain("the checkout has no commit x");
    expectHarmless(run, [], [head]);
    const malformed = await runAction({
      apiUrl: github.url,
      eventName: "push",
      event: JSON.stringify({ ...JSON.parse(pushPayload({ base: head, head })), after: hostile }),
    });
    expect(malformed.exitCode).toBe(2);
    expectHarmless(malformed, [], []);
    const unknown = await runAction({ apiUrl: github.url, eventName: hostile, event: "{}" });
    expectHarmless(unknown, [], []);
  });

  test("of the Action is written in one place", () => {
    const folder = join(ROOT, "packages/action/src");
    const others = readdirSync(folder).filter((name) => /(?<!\.test)\.ts$/.test(name) && name !== "log.ts");
    for (const name of others) {
      expect(readFileSync(join(folder, name), "utf8"), name).not.toMatch(
        /\bcore\.(?:info|notice|warning|error|debug)\b|console\./,
      );
    }
  });

  test("23, 34: nothing is put into the environment, the path or the state of later steps", async () => {
    const files = ["GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"].map(
      (name) => [name, join(repository.folder, `.git/${name}`)] as const,
    );
    for (const [, path] of files) writeFileSync(path, "");
    const base = repository.git("rev-parse", "HEAD");
    const head = repository.commit(filesOf(TRIED.slice(0, 3), 4));
    const run = await runAction({
      apiUrl: "http://127.0.0.1:9",
      event: pullRequestPayload({ base, head }),
      env: { GITHUB_WORKSPACE: repository.folder, ...Object.fromEntries(files) },
      inputs: { comment: "never", "fail-on": "never" },
    });
    expect(run.exitCode, run.log).toBe(0);
    for (const [name, path] of files) expect(readFileSync(path, "utf8"), name).toBe("");
  });
});

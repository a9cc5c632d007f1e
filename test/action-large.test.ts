import { afterEach, describe, expect, test } from "vitest";
import { pullRequestPayload, pushPayload } from "./fake-github/payloads.ts";
import type { Tree } from "./fake-github/repository.ts";
import { type ActionRun, type ActionSetup, runAction } from "./fake-github/run-action.ts";
import { FAKE, type FakeGithub, type FakeScenario, startFakeGithub } from "./fake-github/server.ts";
import { auditTrees, INT8 } from "./support/action-checkout.ts";

let github: FakeGithub | undefined;
afterEach(async () => {
  await github?.close();
  github = undefined;
});

const COMMITS = { base: FAKE.baseSha, head: FAKE.headSha };
/** So many files that hold nothing, and these. */
const tree = (count: number, text: string, more: Tree = {}): Tree => ({
  ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`docs/d${i}.txt`, text])),
  ...more,
});
/** Audits this head through the API, in half a gigabyte. */
async function audit(head: Tree, event: string, more: Partial<FakeScenario & ActionSetup> = {}): Promise<ActionRun> {
  github = await startFakeGithub({ mergeBase: tree(4_000, "a"), head: { ...tree(4_000, "a"), ...head }, ...more });
  const env = { NODE_OPTIONS: "--max-old-space-size=512" };
  return runAction({ apiUrl: github.url, event, env, ...more, inputs: { "fail-on": "never", ...more.inputs } });
}
const changing = (changed_files: number) => pullRequestPayload(COMMITS, FAKE.repository, { changed_files });

describe("24: more than 3,000 changed files", () => {
  test("through the API the comment, the summary and the JSON say what was not listed, and judge the rest", async () => {
    // Listed by name: one before the texts, one behind them.
    const head = tree(3_098, "b", { "app/first.py": INT8, "services/last.py": INT8 });
    const run = await audit(head, changing(3_100));
    expect(run.exitCode, run.log).toBe(0);
    const told =
      "first 3,000 of 3,100 changed files: GitHub lists no more. A checkout with fetch-depth: 0 gives them all";
    expect(github?.comments[0]?.body).toContain(`**Partial:** ${told}`);
    expect(run.summary).toContain(`**Partial:** ${told}`);
    const report = JSON.parse(run.reportJson ?? "");
    expect(report.coverage.partial).toEqual([told]);
    expect(report.degraded).toEqual([{ code: "partial", message: told }]);
    expect(run.summary).toContain("app/first.py:2");
    expect(run.outputs["critical-count"]).toBe("1");
  }, 60_000);

  test("where the files that were listed hold nothing, the comment says so all the same", async () => {
    const run = await audit(tree(3_099, "b", { "services/last.py": INT8 }), changing(3_100));
    expect(run.exitCode, run.log).toBe(0);
    expect(github?.comments[0]?.body).toContain("**Partial:** first 3,000 of 3,100 changed files");
  }, 60_000);

  test("exactly 3,000 are all of them", async () => {
    const run = await audit(tree(2_999, "b", { "services/last.py": INT8 }), changing(3_000));
    expect(run.outputs["critical-count"], run.log).toBe("1");
    expect(run.summary).not.toContain("Partial");
  }, 60_000);

  test("from a checkout all are listed", async () => {
    const names = Array.from({ length: 3_100 }, (_, i) => `app/m${i}.py`);
    const after = names.map((name, i) => [name, i === 3_099 ? INT8 : `x = ${i}\n`] as const);
    const run = await auditTrees(
      Object.fromEntries(names.map((name) => [name, "x = 1\n"])),
      Object.fromEntries(after),
      { env: { NODE_OPTIONS: "--max-old-space-size=512" } },
    );
    expect(run.exitCode, run.log).toBe(0);
    expect(run.outputs["critical-count"]).toBe("1");
    expect(run.summary).not.toContain("Partial");
  }, 60_000);
});

describe("24: more than 300 changed files where no pull request lists them", () => {
  const head = tree(400, "b", { "app/first.py": INT8, "services/last.py": INT8 });

  test("a push", async () => {
    const run = await audit(head, pushPayload(COMMITS), { eventName: "push" });
    expect(run.outputs["critical-count"], run.log).toBe("1");
    expect(run.summary).toContain("**Partial:** first 300 changed files: GitHub compares no more.");
  });

  test("a token that may not read the pull request is told the permission", async () => {
    const run = await audit(head, changing(402), {
      permissions: ["contents: read"],
      inputs: { comment: "never" },
    });
    expect(run.outputs["critical-count"], run.log).toBe("1");
    expect(run.summary).toContain("**Partial:** first 300 of 402 changed files");
    expect(run.summary).toContain('without the permission "pull-requests: read"');
  });
});

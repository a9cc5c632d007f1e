import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dispatchPayload, mergeGroupPayload, pullRequestPayload, pushPayload } from "./fake-github/payloads.ts";
import { runAction } from "./fake-github/run-action.ts";
import { FAKE, startFakeGithub } from "./fake-github/server.ts";
import { audit, auditPull, delta, FOUR, INT8, MANIFEST, repositoryWith } from "./support/action-checkout.ts";

describe("25, 41, 43: the merge base is compared, from the checkout, without one request", () => {
  test("what the base branch did since does not count", async () => {
    const repository = repositoryWith({ "k8s/chat.yaml": MANIFEST, "README.md": "a\n" });
    repository.git("checkout", "-q", "-b", "topic");
    const head = repository.commit({ "README.md": "b\n" });
    repository.git("checkout", "-q", "main");
    const base = repository.commit({ "k8s/chat.yaml": MANIFEST.replace("replicas: 2", "replicas: 50") });
    const run = await auditPull(repository, base, head);
    expect(delta(run)).toBe(0);
    expect(run.summary).toContain("changes no LLM deployment that could be read");
  });

  test("and what the pull request does, counts: the same figures as through the API", async () => {
    const repository = repositoryWith({ "k8s/chat.yaml": MANIFEST });
    const base = repository.git("rev-parse", "HEAD");
    const head = repository.commit({ "k8s/chat.yaml": FOUR });
    const local = await auditPull(repository, base, head);
    const github = await startFakeGithub({ mergeBase: { "k8s/chat.yaml": MANIFEST }, head: { "k8s/chat.yaml": FOUR } });
    const remote = await runAction({ apiUrl: github.url, inputs: { comment: "never", "fail-on": "never" } });
    await github.close();
    expect(delta(local)).toBeGreaterThan(100);
    expect(local.outputs["energy-kwh-month-delta"]).toBe(remote.outputs["energy-kwh-month-delta"]);
  });
});

describe("26: a checkout that does not hold the commits", () => {
  test("a shallow one is left for the API, and the findings are there", async () => {
    const repository = repositoryWith({ "app/chat.py": "x = 1\n" });
    const base = repository.git("rev-parse", "HEAD");
    repository.commit({ "app/chat.py": INT8 });
    const clone = repositoryWith();
    rmSync(clone.folder, { recursive: true });
    repository.git("clone", "-q", "--depth=1", `file://${repository.folder}`, clone.folder);
    const github = await startFakeGithub({ mergeBase: { "app/chat.py": "x = 1\n" }, head: { "app/chat.py": INT8 } });
    const run = await runAction({ apiUrl: github.url, env: { GITHUB_WORKSPACE: clone.folder } });
    await github.close();
    expect(run.exitCode, run.log).toBe(1);
    expect(run.summary).toContain("app/chat.py:2");
    expect(run.log).toContain("the checkout is shallow: set fetch-depth: 0");
    const lost = await auditPull(clone, base, clone.git("rev-parse", "HEAD"));
    expect(lost.exitCode).toBe(3);
    expect(lost.outputs.verdict).toBe("could-not-analyse");
    expect(lost.summary).toContain("The changes could not be read: GitHub did not answer");
  });

  test("an unknown base is an error, never 'no changes'", async () => {
    const repository = repositoryWith({ "app/chat.py": INT8 });
    const run = await auditPull(repository, "e".repeat(40), repository.git("rev-parse", "HEAD"));
    expect(run.exitCode, run.log).toBe(3);
    expect(run.log).toContain("has no commit");
  });
});

describe("27: events beside pull requests give a verdict and no comment", () => {
  const start = () => {
    const repository = repositoryWith({ "app/chat.py": "x = 1\n" });
    const base = repository.git("rev-parse", "HEAD");
    return { repository, base, head: repository.commit({ "app/chat.py": INT8 }) };
  };
  const inputs = { comment: "always", "fail-on": "critical" };

  test("merge_group", async () => {
    const { repository, ...commits } = start();
    const run = await audit(repository, mergeGroupPayload(commits), { eventName: "merge_group", inputs });
    expect(run.exitCode, run.log).toBe(1);
    expect(run.outputs).toMatchObject({ verdict: "fail", "comment-skip-reason": "no-pull-request" });
    expect(run.summary).toContain("app/chat.py:2");
  });

  test("push", async () => {
    const { repository, ...commits } = start();
    const run = await audit(repository, pushPayload(commits), { eventName: "push", inputs });
    expect(run.exitCode, run.log).toBe(1);
    expect(run.outputs["critical-count"]).toBe("1");
  });

  test("workflow_dispatch on a branch: against the default branch", async () => {
    const { repository, base, head } = start();
    repository.git("checkout", "-q", "-b", "topic");
    repository.git("branch", "-q", "-f", "main", base);
    const run = await audit(repository, dispatchPayload("topic"), {
      eventName: "workflow_dispatch",
      env: { GITHUB_SHA: head, GITHUB_REF: "refs/heads/topic" },
      inputs,
    });
    expect(run.exitCode, run.log).toBe(1);
    expect(run.summary).toContain("app/chat.py:2");
  });
});

describe("28: histories", () => {
  test("the first push of all: what there is, is new and not 0", async () => {
    const repository = repositoryWith({ "k8s/chat.yaml": MANIFEST });
    const head = repository.git("rev-parse", "HEAD");
    const run = await audit(repository, pushPayload({ base: "0".repeat(40), head }), { eventName: "push" });
    expect(delta(run)).toBeGreaterThan(100);
    expect(run.summary).toContain("(new)");
    expect(run.summary).not.toMatch(/∞|NaN|\+100 %/);
  });

  test("an empty base: what comes is new, in dollars too", async () => {
    const repository = repositoryWith({});
    const base = repository.git("rev-parse", "HEAD");
    const run = await auditPull(repository, base, repository.commit({ "k8s/chat.yaml": MANIFEST }));
    expect(delta(run)).toBeGreaterThan(100);
    expect(run.summary).toMatch(
      /^\*\*This pull request raises LLM serving energy by \d+ kWh a month \(\d+–\d+\)\*\* · \+\$\d/,
    );
    expect(run.summary).toContain("**`chat`** (new)");
    expect(run.summary).not.toMatch(/∞|NaN|\+100 %|\$0\b/);
  });

  test("a pull request to a branch that is not the default one, and retargeted to another, is judged by its base", async () => {
    const repository = repositoryWith({ "k8s/chat.yaml": MANIFEST });
    repository.git("checkout", "-q", "-b", "release");
    repository.commit({ "k8s/chat.yaml": FOUR });
    repository.git("checkout", "-q", "-b", "topic");
    const head = repository.commit({ "app/chat.py": INT8 });
    const to = (ref: string, action: string) =>
      audit(
        repository,
        pullRequestPayload({ base: repository.git("rev-parse", ref), head }, FAKE.repository, {
          base: { ref, sha: repository.git("rev-parse", ref), repo: { full_name: FAKE.repository } },
        }).replace("synchronize", action),
      );
    const onto = await to("release", "opened");
    expect(delta(onto)).toBe(0);
    expect(onto.outputs["critical-count"]).toBe("1");
    const retargeted = await to("main", "edited");
    expect(delta(retargeted)).toBeGreaterThan(100);
    expect(retargeted.outputs["critical-count"]).toBe("1");
  });

  test("through the API too: the first push of all is new, and no common commit an error that says what to do", async () => {
    const github = await startFakeGithub({ mergeBase: {}, head: { "k8s/chat.yaml": MANIFEST } });
    const inputs = { comment: "never", "fail-on": "never" };
    const event = pushPayload({ base: "0".repeat(40), head: FAKE.headSha });
    const first = await runAction({ apiUrl: github.url, event, eventName: "push", inputs });
    expect(delta(first)).toBeGreaterThan(100);
    expect(first.summary).toContain("**`chat`** (new)");
    const message = "No common ancestor between main and topic.";
    github.faults.push({ method: "GET", path: /\/compare\//, status: 404, message });
    const orphan = await runAction({ apiUrl: github.url, inputs });
    await github.close();
    expect(orphan.exitCode, orphan.log).toBe(3);
    expect(orphan.summary).toContain("rebase the head onto the base");
  });

  test("branches without a common commit are an error that says what to do", async () => {
    const repository = repositoryWith({ "k8s/chat.yaml": MANIFEST });
    const base = repository.git("rev-parse", "HEAD");
    repository.git("checkout", "-q", "--orphan", "other");
    const head = repository.commit({ "k8s/chat.yaml": FOUR });
    const run = await auditPull(repository, base, head);
    expect(run.exitCode).toBe(3);
    expect(run.summary).toContain("rebase the head onto the base");
  });

  test("a criss-cross history has a merge base", async () => {
    const repository = repositoryWith({ "k8s/chat.yaml": MANIFEST, a: "1\n", b: "1\n" });
    repository.git("checkout", "-q", "-b", "topic");
    repository.commit({ a: "2\n" });
    repository.git("checkout", "-q", "main");
    repository.commit({ b: "2\n" });
    repository.git("merge", "-q", "--no-edit", "topic");
    repository.git("checkout", "-q", "topic");
    repository.git("merge", "-q", "--no-edit", "main~1");
    const head = repository.commit({ "k8s/chat.yaml": FOUR });
    const run = await auditPull(repository, repository.git("rev-parse", "main"), head);
    expect(delta(run)).toBeGreaterThan(100);
  });

  test("a pull request onto another one's branch counts its own change only", async () => {
    const repository = repositoryWith({ "k8s/chat.yaml": MANIFEST });
    repository.git("checkout", "-q", "-b", "first");
    const base = repository.commit({ "app/chat.py": INT8 });
    repository.git("checkout", "-q", "-b", "second");
    const head = repository.commit({ "k8s/chat.yaml": FOUR });
    const run = await auditPull(repository, base, head);
    expect(run.reportJson).not.toContain("int8-default");
    expect(delta(run)).toBeGreaterThan(100);
  });
});

test("6: nothing of a repository is run", async () => {
  const repository = repositoryWith({ "app/chat.py": "x = 1\n", "k8s/chat.yaml": MANIFEST });
  const canary = join(repository.folder, "canary");
  const touch = `touch ${canary}`;
  const base = repository.git("rev-parse", "HEAD");
  const head = repository.commit({
    "app/chat.py": INT8,
    "k8s/chat.yaml": FOUR,
    "sitecustomize.py": `import os; os.system("${touch}")`,
    "conftest.py": `import os; os.system("${touch}")`,
    "setup.cfg": "[aliases]\nx = !touch canary\n",
    ".env": "PATH=.\nGIT_EXTERNAL_DIFF=./evil.sh\n",
    ".gitattributes": "* filter=evil diff=evil\n",
    ".gitmodules": `[submodule "x"]\npath = x\nurl = ext::sh -c "${touch}"\n`,
  });
  const configured: readonly (readonly [string, string])[] = [
    ["core.fsmonitor", touch],
    ["core.pager", touch],
    ["diff.external", touch],
    ["diff.evil.textconv", touch],
    ["diff.evil.command", touch],
    ["filter.evil.smudge", touch],
    ["filter.evil.clean", touch],
    ["core.sshCommand", touch],
    ["alias.diff-tree", `!${touch}`],
  ];
  for (const [name, value] of configured) repository.git("config", name, value);
  for (const hook of ["post-checkout", "reference-transaction", "post-index-change"]) {
    writeFileSync(join(repository.folder, ".git/hooks", hook), `#!/bin/sh\n${touch}\n`, { mode: 0o755 });
  }
  rmSync(canary, { force: true });
  const run = await auditPull(repository, base, head);
  expect(run.exitCode, run.log).toBe(0);
  expect(run.outputs["critical-count"]).toBe("1");
  expect(existsSync(canary)).toBe(false);
});

test("65: the checkout is left as it was", async () => {
  const repository = repositoryWith({ "app/chat.py": "x = 1\n" });
  const base = repository.git("rev-parse", "HEAD");
  const head = repository.commit({ "app/chat.py": INT8 });
  const config = readFileSync(join(repository.folder, ".git/config"), "utf8");
  await auditPull(repository, base, head);
  expect(repository.git("status", "--porcelain", "--ignored")).toBe("");
  expect(readFileSync(join(repository.folder, ".git/config"), "utf8")).toBe(config);
  expect(existsSync(join(repository.folder, ".git/index.lock"))).toBe(false);
});

import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Change, type GitRepository, gitRepository } from "./fake-github/git-repository.ts";
import { dispatchPayload, mergeGroupPayload, pullRequestPayload, pushPayload } from "./fake-github/payloads.ts";
import { type ActionRun, type ActionSetup, readTree, runAction } from "./fake-github/run-action.ts";
import { startFakeGithub } from "./fake-github/server.ts";

/** Nothing listens there: what works here works without a network. */
const NO_NETWORK = "http://127.0.0.1:9";
const BASE = await readTree("replicas-and-int8", "base");
const MANIFEST = BASE["k8s/chat.yaml"] ?? "";
const FOUR = MANIFEST.replace("replicas: 2", "replicas: 4");
const INT8 = `from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", load_in_8bit=True)
`;

let open: GitRepository[] = [];
afterEach(() => {
  for (const repository of open) repository.remove();
  open = [];
});
const repositoryWith = (files: Change): GitRepository => {
  const repository = gitRepository(files);
  open.push(repository);
  return repository;
};

/** Audits from a checkout, without any network and so without a comment. */
const audit = (repository: GitRepository, event: string, more: Partial<ActionSetup> = {}): Promise<ActionRun> =>
  runAction({
    apiUrl: NO_NETWORK,
    event,
    ...more,
    env: { GITHUB_WORKSPACE: repository.folder, ...more.env },
    inputs: { comment: "never", "fail-on": "never", ...more.inputs },
  });
const auditPull = (repository: GitRepository, base: string, head: string, more: Partial<ActionSetup> = {}) =>
  audit(repository, pullRequestPayload({ base, head }), more);
const delta = (run: ActionRun): number => {
  expect(run.exitCode, run.log).toBe(0);
  return Number(run.outputs["energy-kwh-month-delta"]);
};

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
    const clone = gitRepository();
    open.push(clone);
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

describe("29: kinds of files", () => {
  /** Audits one change beside a deployment that must still be judged. */
  async function changed(before: Change, after: Change): Promise<ActionRun> {
    const repository = repositoryWith({ "app/ok.py": "x = 1\n", ...before });
    const base = repository.git("rev-parse", "HEAD");
    const run = await auditPull(repository, base, repository.commit({ "app/ok.py": INT8, ...after }));
    expect(run.summary).toContain("app/ok.py:2");
    expect(run.exitCode, run.log).toBe(0);
    return run;
  }

  test.each([
    ["a binary file", Buffer.from("x = 1\0"), "it is binary"],
    ["UTF-16", Buffer.from("\ufeffx = 1", "utf16le"), "it is not UTF-8 text"],
    ["bytes that are no UTF-8", Buffer.from([0x78, 0xff, 0xfe]), "it is not UTF-8 text"],
    ["a large file", "#".repeat(1_048_577), "it is larger than 1 MB"],
    ["one line of 5 MB", `a: [${"x,".repeat(2_500_000)}]`, "it is larger than 1 MB"],
    ["a symlink out of the tree", { link: "/etc/passwd" }, "it is a symlink"],
    [
      "a Git LFS pointer",
      "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
      "it is a Git LFS pointer",
    ],
  ])("%s is told and not read", async (_, content, why) => {
    const run = await changed({}, { "app/odd.py": content });
    expect(run.summary).toContain(`\`app/odd.py\` was not read: ${why}`);
  });

  test.each([
    ["with a byte order mark", "\ufeff"],
    ["with other line ends", ""],
  ])("a manifest %s is read", async (how, mark) => {
    const written = (text: string) => mark + (how.includes("line") ? text.replaceAll("\n", "\r\n") : text);
    const run = await changed({ "k8s/chat.yaml": written(MANIFEST) }, { "k8s/chat.yaml": written(FOUR) });
    expect(delta(run)).toBeGreaterThan(100);
  });

  test("a new mode alone changes nothing", async () => {
    const repository = repositoryWith({ "k8s/chat.yaml": MANIFEST });
    const base = repository.git("rev-parse", "HEAD");
    chmodSync(join(repository.folder, "k8s/chat.yaml"), 0o755);
    const run = await auditPull(repository, base, repository.commit({}));
    expect(delta(run)).toBe(0);
  });

  test("a rename with an edit is one changed deployment, told with both paths", async () => {
    const run = await changed({ "k8s/chat.yaml": MANIFEST }, { "k8s/chat.yaml": null, "deploy/chat.yaml": FOUR });
    expect(delta(run)).toBeGreaterThan(100);
    expect(run.summary).toContain("(changed)");
    expect(run.summary).toContain("`k8s/chat.yaml`");
  });

  test("a removed deployment lowers, a submodule is passed by", async () => {
    const repository = repositoryWith({ "k8s/chat.yaml": MANIFEST });
    const base = repository.git("rev-parse", "HEAD");
    repository.git("update-index", "--add", "--cacheinfo", `160000,${base},vendor/x.py`);
    repository.git("rm", "-q", "k8s/chat.yaml");
    repository.git("commit", "-q", "-m", "gone");
    const run = await auditPull(repository, base, repository.git("rev-parse", "HEAD"));
    expect(delta(run)).toBeLessThan(-100);
    expect(run.summary).toContain("it is a submodule");
  });
});

describe("30: names of files", () => {
  const names = [
    "app/a b.py",
    "app/tab\there.py",
    "app/new\nline.py",
    'app/"quoted".py',
    "app/schön-漢字.py",
    "app/u\u0308ber.py",
    "-rf.py",
    "app/back\\slash.py",
    `app/${"n".repeat(251)}.py`,
    "app/$(touch canary).py",
    "app/`x`|y.py",
  ];

  test("are read as they are", async () => {
    const repository = repositoryWith(Object.fromEntries(names.map((name) => [name, "x = 1\n"])));
    const base = repository.git("rev-parse", "HEAD");
    const head = repository.commit(Object.fromEntries(names.map((name) => [name, INT8])));
    const run = await auditPull(repository, base, head);
    expect(run.exitCode, run.log).toBe(0);
    expect(run.outputs["critical-count"]).toBe(String(names.length));
    expect(existsSync(join(repository.folder, "canary"))).toBe(false);
  });

  test("that differ only by case are a rename", async () => {
    const repository = repositoryWith({ "k8s/Chat.yaml": MANIFEST });
    const base = repository.git("rev-parse", "HEAD");
    const run = await auditPull(
      repository,
      base,
      repository.commit({ "k8s/Chat.yaml": null, "k8s/chat.yaml": MANIFEST }),
    );
    expect(delta(run)).toBe(0);
  });
});

describe("31: what changes with another file", () => {
  const KUSTOMIZED = {
    "k8s/base/chat.yaml": MANIFEST,
    "k8s/base/kustomization.yaml": "resources: [chat.yaml]\n",
    "k8s/overlays/prod/kustomization.yaml": "resources: [../../base]\nreplicas:\n  - name: chat\n    count: 6\n",
  };
  const OTHER = MANIFEST.replace("name: chat", "name: other").replace("replicas: 2", "replicas: 9");
  const more = MANIFEST.replace("- --max-model-len=8192", "- --max-model-len=8192\n            - --max-num-seqs=1");

  test.each(["git", "api"])("the overlay of a changed base is judged, and nothing else (%s)", async (source) => {
    const before = { ...KUSTOMIZED, "k8s/other/other.yaml": OTHER };
    const after = { ...before, "k8s/base/chat.yaml": more };
    let run: ActionRun;
    if (source === "git") {
      const repository = repositoryWith(before);
      const base = repository.git("rev-parse", "HEAD");
      run = await auditPull(repository, base, repository.commit(after));
    } else {
      const github = await startFakeGithub({ mergeBase: before, head: after });
      run = await runAction({ apiUrl: github.url, inputs: { comment: "never", "fail-on": "never" } });
      await github.close();
    }
    expect(run.exitCode, run.log).toBe(0);
    expect(run.summary).toContain("k8s/overlays/prod");
    expect(run.summary).toContain("max\\_num\\_seqs 256 → 1");
    expect(run.reportJson).not.toContain("k8s/other");
  });

  test("a changed value of a chart changes the deployment of its template", async () => {
    const template = MANIFEST.replace("replicas: 2", "replicas: {{ .Values.replicas }}");
    const chart = {
      "charts/chat/Chart.yaml": "apiVersion: v2\nname: chat\nversion: 1.0.0\n",
      "charts/chat/templates/chat.yaml": template,
      "charts/chat/values.yaml": "replicas: 2\n",
    };
    const repository = repositoryWith(chart);
    const base = repository.git("rev-parse", "HEAD");
    const head = repository.commit({ "charts/chat/values.yaml": "replicas: 4\n" });
    expect(delta(await auditPull(repository, base, head))).toBeGreaterThan(100);
    const kept = await auditPull(repository, base, head, { inputs: { paths: "!charts/**" } });
    expect(delta(kept)).toBe(0);
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

test("24: 3,000 changed files are all read from a checkout", async () => {
  const names = Array.from({ length: 3_000 }, (_, i) => `app/m${i}.py`);
  const repository = repositoryWith(Object.fromEntries(names.map((name) => [name, "x = 1\n"])));
  const base = repository.git("rev-parse", "HEAD");
  const after = names.map((name, i) => [name, i === 2_999 ? INT8 : `x = ${i}\n`] as const);
  const head = repository.commit(Object.fromEntries(after));
  const run = await auditPull(repository, base, head, { env: { NODE_OPTIONS: "--max-old-space-size=512" } });
  expect(run.exitCode, run.log).toBe(0);
  expect(run.outputs["critical-count"]).toBe("1");
  expect(run.summary).not.toContain("Partial");
}, 60_000);

import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gitContents } from "./fake-github/contents.ts";
import type { Change, GitRepository } from "./fake-github/git-repository.ts";
import { pullRequestPayload } from "./fake-github/payloads.ts";
import { type ActionRun, runAction } from "./fake-github/run-action.ts";
import { startFakeGithub } from "./fake-github/server.ts";
import { auditPull, delta, FOUR, INT8, MANIFEST, repositoryWith } from "./support/action-checkout.ts";

const LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";

/** Audits without a checkout: GitHub answers from the commits of this repository. */
async function auditThroughApi(repository: GitRepository, base: string, head: string): Promise<ActionRun> {
  const contents = gitContents(repository, base, head);
  const github = await startFakeGithub({ mergeBase: {}, head: {}, contents });
  const event = pullRequestPayload({ base, head });
  const run = await runAction({ apiUrl: github.url, event, inputs: { comment: "never", "fail-on": "never" } });
  await github.close();
  return run;
}

/** Audits from the checkout and through the API: one answer, to the byte. */
async function auditBoth(repository: GitRepository, base: string, head: string): Promise<ActionRun> {
  const local = await auditPull(repository, base, head);
  const remote = await auditThroughApi(repository, base, head);
  expect(local.exitCode, local.log).toBe(0);
  expect(remote.summary, remote.log).toBe(local.summary);
  expect(remote.reportJson).toBe(local.reportJson);
  return local;
}

describe("29: kinds of files give one answer, from a checkout and through the API", () => {
  /** Audits one change beside a deployment that must still be judged. */
  async function changed(before: Change, after: Change): Promise<ActionRun> {
    const repository = repositoryWith({ "app/ok.py": "x = 1\n", ...before });
    const base = repository.git("rev-parse", "HEAD");
    const run = await auditBoth(repository, base, repository.commit({ "app/ok.py": INT8, ...after }));
    expect(run.summary).toContain("app/ok.py:2");
    return run;
  }

  test.each([
    ["a binary file", Buffer.from("x = 1\0"), "it is binary"],
    ["UTF-16", Buffer.from("\ufeffx = 1", "utf16le"), "it is not UTF-8 text"],
    ["bytes that are no UTF-8", Buffer.from([0x78, 0xff, 0xfe]), "it is not UTF-8 text"],
    ["a text with a NUL in its last line", `${"x = 1\n".repeat(3_000)}\0`, "it is binary"],
    ["a large file", "#".repeat(1_048_577), "it is larger than 1 MB"],
    ["one line of 5 MB", `a: [${"x,".repeat(2_500_000)}]`, "it is larger than 1 MB"],
    ["a symlink out of the tree", { link: "/etc/passwd" }, "it is a symlink"],
    ["a symlink to a file of the tree", { link: "ok.py" }, "it is a symlink"],
    ["a Git LFS pointer", LFS, "it is a Git LFS pointer"],
  ])("%s is told and not read", async (_, content, why) => {
    const added = await changed({}, { "app/odd.py": content });
    expect(added.summary).toContain(`\`app/odd.py\` was not read: ${why}`);
    const modified = await changed({ "app/odd.py": "x = 1\n" }, { "app/odd.py": content });
    expect(modified.summary).toContain(`\`app/odd.py\` was not read: ${why}`);
  });

  test("a file of 100 MB, which GitHub's API refuses to show, is told and costs the others nothing", async () => {
    const run = await changed({}, { "app/odd.py": Buffer.alloc(100 * 1_048_576 + 1, "#") });
    expect(run.summary).toContain("`app/odd.py` was not read: it is larger than 1 MB");
  }, 60_000);

  test.each([
    ["with a byte order mark", "\ufeff"],
    ["with other line ends", ""],
  ])("a manifest %s is read", async (how, mark) => {
    const written = (text: string) => mark + (how.includes("line") ? text.replaceAll("\n", "\r\n") : text);
    const run = await changed({ "k8s/chat.yaml": written(MANIFEST) }, { "k8s/chat.yaml": written(FOUR) });
    expect(delta(run)).toBeGreaterThan(100);
    const added = await changed({}, { "k8s/chat.yaml": written(FOUR) });
    expect(delta(added)).toBeGreaterThan(100);
    const removed = await changed({ "k8s/chat.yaml": written(FOUR) }, { "k8s/chat.yaml": null });
    expect(delta(removed)).toBeLessThan(-100);
  });

  test("a new mode alone changes nothing", async () => {
    const repository = repositoryWith({ "k8s/chat.yaml": MANIFEST });
    const base = repository.git("rev-parse", "HEAD");
    chmodSync(join(repository.folder, "k8s/chat.yaml"), 0o755);
    const run = await auditBoth(repository, base, repository.commit({}));
    expect(delta(run)).toBe(0);
    expect(run.summary).toContain("1 deployment");
  });

  test("what a file that becomes a link did serve is not known any more: no fall, and told", async () => {
    const other = MANIFEST.replaceAll("chat", "other");
    const run = await changed(
      { "k8s/chat.yaml": MANIFEST, "k8s/other.yaml": other },
      { "k8s/chat.yaml": { link: "other.yaml" } },
    );
    expect(delta(run)).toBe(0);
    expect(run.summary).toContain("`k8s/chat.yaml` was not read: it is a symlink");
    expect(run.summary).toContain("it is not known whether this deployment is still there");
  });

  test("a rename costs nothing, and a rename with an edit is one changed deployment, told with both paths", async () => {
    const moved = await changed({ "k8s/chat.yaml": MANIFEST }, { "k8s/chat.yaml": null, "deploy/chat.yaml": MANIFEST });
    expect(delta(moved)).toBe(0);
    const run = await changed({ "k8s/chat.yaml": MANIFEST }, { "k8s/chat.yaml": null, "deploy/chat.yaml": FOUR });
    expect(delta(run)).toBeGreaterThan(100);
    expect(run.summary).toContain("(changed)");
    expect(run.summary).toContain("`k8s/chat.yaml`");
  });

  test("a copy is new, what it was copied from stays", async () => {
    const copy = MANIFEST.replaceAll("name: chat", "name: copy");
    const run = await changed({ "k8s/chat.yaml": MANIFEST }, { "k8s/copy.yaml": copy });
    expect(delta(run)).toBeGreaterThan(100);
    expect(run.summary).toContain("**`copy`** (new)");
    expect(run.summary).not.toContain("`k8s/chat.yaml");
  });

  test("a removed deployment lowers, a submodule is passed by, new and moved on", async () => {
    const repository = repositoryWith({ "k8s/chat.yaml": MANIFEST });
    const first = repository.git("rev-parse", "HEAD");
    const link = (to: string) => {
      repository.git("update-index", "--add", "--cacheinfo", `160000,${to},vendor/x.py`);
      repository.git("commit", "-q", "-m", "submodule");
      return repository.git("rev-parse", "HEAD");
    };
    repository.git("rm", "-q", "k8s/chat.yaml");
    const second = link(first);
    const run = await auditBoth(repository, first, second);
    expect(delta(run)).toBeLessThan(-100);
    expect(run.summary).toContain("it is a submodule");
    expect((await auditBoth(repository, second, link(second))).summary).toContain("it is a submodule");
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

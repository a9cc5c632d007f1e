import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Change, type GitRepository, gitRepository } from "./fake-github/git-repository.ts";
import { runMeasured } from "./fake-github/measured.ts";
import { pullRequestPayload } from "./fake-github/payloads.ts";
import { readTree } from "./fake-github/run-action.ts";
import { startFakeGithub } from "./fake-github/server.ts";
import { wrongInLog, wrongWith } from "./support/github-html.ts";
import { PAYLOADS } from "./support/hostile-payloads.ts";
import { everywhere, hostileFiles } from "./support/hostile-tree.ts";

const MANIFEST = (await readTree("replicas-and-int8", "base"))["k8s/chat.yaml"] ?? "";
const INT8 = `from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", load_in_8bit=True)
`;
const LETTERS = "bcdefghij";
const ALIASES = `a: &a [${"x,".repeat(9)}x]\n${[...LETTERS]
  .map((letter, i) => `${letter}: &${letter} [${`*${"abcdefghi"[i]},`.repeat(9)}*${"abcdefghi"[i]}]`)
  .join("\n")}\n`;
const KIND = "apiVersion: v1\nkind: Deployment\n";

/** Files that cost much, or that something would run. */
const BOMBS: Readonly<Record<string, string>> = {
  "k8s/aliases.yaml": `${KIND}${ALIASES}`,
  "k8s/deep.yaml": `${KIND}x: ${"[".repeat(10_000)}`,
  "k8s/deep-map.yaml": `${KIND}x: ${"{a: ".repeat(10_000)}`,
  "k8s/tags.yaml": `${KIND}x: !!python/object/apply:os.system ["touch canary"]\n`,
  "k8s/merge.yaml": `${KIND}x: &x { <<: { <<: { y: 1 } } }\nz: { <<: [*x, *x] }\n`,
  "k8s/twice.yaml": `${KIND}kind: Job\nreplicas: 1e999\nno: NO\noctal: 0o17\n`,
  "k8s/mixed.yaml": `a: [\n---\n${MANIFEST}`,
  "k8s/anchors.yaml": `${KIND}${Array.from({ length: 20_000 }, (_, i) => `k${i}: &a${i} v`).join("\n")}\n`,
  "app/deep.py": `x = ${"(".repeat(20_000)}1${")".repeat(20_000)}\n`,
  "app/long.py": `x = "${"a".repeat(900_000)}"\n`,
  "app/redos.py": `"""${"a ".repeat(50_000)}"""\nload_in_8bit${" ".repeat(100_000)}=True\n`,
};

let repository: GitRepository;
beforeEach(() => {
  repository = gitRepository({ "README.md": "a\n" });
});
afterEach(() => repository.remove());

async function audit(before: Change, after: Change, prepare = () => {}) {
  const base = repository.commit(before);
  const head = repository.commit(after);
  prepare();
  const github = await startFakeGithub({ mergeBase: {}, head: {}, headNow: head });
  const started = performance.now();
  const run = await runMeasured({
    apiUrl: github.url,
    event: pullRequestPayload({ base, head }),
    env: { GITHUB_WORKSPACE: repository.folder },
    inputs: { "fail-on": "never", suggestions: "false" },
  });
  const seconds = (performance.now() - started) / 1_000;
  await github.close();
  return { ...run, seconds, comment: github.comments[0]?.body ?? "", shas: [base, head] };
}

describe("35: hostile YAML costs seconds, and the others are still judged", () => {
  test("bombs of aliases, nesting, tags, duplicate keys, one broken document", async () => {
    const run = await audit({}, BOMBS);
    expect(run.exitCode, run.log).toBe(0);
    expect(run.seconds).toBeLessThan(60);
    // The document after the broken one is priced, and the broken one is told with its line.
    expect(run.summary).toContain("`chat`");
    expect(run.summary).toMatch(/k8s\/mixed\.yaml:\d+/);
    expect(Number(run.outputs["energy-kwh-month"])).toBeGreaterThan(100);
    const told = JSON.parse(run.reportJson ?? "").warnings.map(({ message }: { message: string }) => message);
    for (const path of ["aliases", "anchors", "deep", "deep-map", "mixed"]) {
      expect(told).toContainEqual(expect.stringMatching(`^k8s/${path}\\.yaml:\\d+: this document was not read: `));
    }
    expect(existsSync(join(repository.folder, "canary"))).toBe(false);
  }, 70_000);
});

test("36: Python is parsed, never imported; what is no Python of today is noted, and the rest is judged", async () => {
  const cell = (source: string) => JSON.stringify({ cells: [{ cell_type: "code", source }], nbformat: 4 });
  const run = await audit(
    { "app/ok.py": "x = 1\n" },
    {
      "app/ok.py": INT8,
      "app/imported.py": `import os\nos.system("touch canary")\nopen("canary", "w")\n${INT8}`,
      "sitecustomize.py": 'import os; os.system("touch canary")\n',
      "app/syntax.py": `def f(:\n  load_in_8bit=\n${INT8}`,
      "app/py2.py": `print "load_in_8bit", 1L\n${INT8}`,
      "app/cells.ipynb": cell(INT8),
      "app/broken.ipynb": '{"cells": [',
      "app/deep.py": `${INT8}x = ${"(".repeat(5_000)}1${")".repeat(5_000)}\n`,
    },
  );
  expect(run.exitCode, run.log).toBe(0);
  const { findings, warnings, coverage } = JSON.parse(run.reportJson ?? "");
  const judged = findings.introduced.map(({ path }: { path: string }) => path);
  expect(judged).toEqual(expect.arrayContaining(["app/ok.py", "app/imported.py", "app/py2.py", "app/cells.ipynb"]));
  const noted = JSON.stringify([warnings, coverage]);
  for (const path of ["app/syntax.py", "app/broken.ipynb"]) expect(noted, path).toContain(path);
  expect(existsSync(join(repository.folder, "canary"))).toBe(false);
});

describe("24, 33, 35, 68: a hostile pull request of 3,000 files", () => {
  const LINE = 5_000_000;
  const COUNT = 3_000;
  /** Names, values, bombs, lines of 5 MB, links out of the tree, and what git or Python would run. */
  function tree(replicas: number): Change {
    const named = PAYLOADS.flatMap((payload, i) => Object.entries(hostileFiles(i, everywhere(payload), replicas)));
    const few = Object.fromEntries(named.slice(0, 1_200));
    const files: Record<string, Change[string]> = {
      ...few,
      ...BOMBS,
      "k8s/line.yaml": `a${replicas}: [${"x,".repeat(LINE / 2)}]\n`,
      "app/line.py": `x = "${"a".repeat(LINE)}"\ny = ${replicas}\n`,
      "k8s/out.yaml": { link: "/etc/passwd" },
      "k8s/up.yaml": { link: `../../../../../../tmp/${replicas}` },
      "app/loop.py": { link: "loop.py" },
      "charts/out": { link: "/etc" },
      ".gitattributes": "* filter=evil diff=evil\n",
      "sitecustomize.py": `import os; os.system("touch canary") # ${replicas}\n`,
      "k8s/chat.yaml": MANIFEST.replace("replicas: 2", `replicas: ${replicas}`),
    };
    // Each bomb once more at the other side, so that both are parsed.
    for (const [path, content] of Object.entries(BOMBS)) files[path] = `${content}\n# ${replicas}\n`;
    for (let i = Object.keys(files).length; i < COUNT; i++) {
      files[`app/more/${i} @octocat #1.py`] = `# ::error::${i}\n${replicas > 2 ? INT8 : "x = 1\n"}`;
    }
    return files;
  }

  test("runs nothing, breaks no comment, and takes at most 60 s and 512 MiB", async () => {
    const touch = `touch ${join(repository.folder, "canary")}`;
    const before = tree(2);
    const after = tree(4);
    expect(Object.keys(after).length).toBeGreaterThanOrEqual(COUNT);
    const run = await audit(before, after, () => {
      for (const name of ["core.fsmonitor", "diff.evil.textconv", "filter.evil.smudge", "core.sshCommand"]) {
        repository.git("config", name, touch);
      }
      const hook = join(repository.folder, ".git/hooks/reference-transaction");
      writeFileSync(hook, `#!/bin/sh\n${touch}\n`, { mode: 0o755 });
      // Our own git may have run it.
      rmSync(join(repository.folder, "canary"), { force: true });
    });
    expect(run.exitCode, run.log.slice(-2_000)).toBe(0);
    expect(run.seconds).toBeLessThan(60);
    expect(run.maxRssMb).toBeLessThan(512);
    expect(existsSync(join(repository.folder, "canary"))).toBe(false);
    const isOurs = (href: string) => /^https:\/\/github\.com\/acme\/(?:inference|ecocompute)\/blob\//.test(href);
    for (const body of [run.comment, run.summary]) expect(wrongWith(body, isOurs, run.shas).slice(0, 5)).toEqual([]);
    expect(wrongInLog(run.log).slice(0, 5)).toEqual([]);
    // More deployments than are judged hide the others: nothing is said to be removed for that.
    const { deployments } = JSON.parse(run.reportJson ?? "");
    expect(deployments.length).toBeGreaterThan(1_000);
    expect(deployments.filter(({ status }: { status: string }) => status === "removed")).toEqual([]);
    expect(run.comment).not.toMatch(/^\*\*This pull request lowers/m);
    expect(run.summary).toContain("not audited: the files before it hold 1000 deployments");
    console.log(
      run.seconds,
      run.maxRssMb,
      run.summary.length,
      run.comment.length,
      JSON.parse(run.reportJson ?? "").coverage,
    );
  }, 120_000);
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { gitRepository } from "./fake-github/git-repository.ts";
import { runMeasured } from "./fake-github/measured.ts";
import { pullRequestPayload } from "./fake-github/payloads.ts";
import { readTree, runAction } from "./fake-github/run-action.ts";
import { type FakeGithub, startFakeGithub } from "./fake-github/server.ts";

const MANIFEST = (await readTree("replicas-and-int8", "base"))["k8s/chat.yaml"] ?? "";
const INT8 = (i: number) => `from transformers import AutoModelForCausalLM
# ${"漢字👩‍👩‍👧‍👦".repeat(10)}
model_${i} = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", load_in_8bit=True)
`;
const many = (count: number, replicas: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      [
        `k8s/${"long-folder-name/".repeat(6)}chat-${i}.yaml`,
        MANIFEST.replace("replicas: 2", `replicas: ${replicas + (i % 3)}`),
      ],
      [`app/${"länger/".repeat(6)}m${i}.py`, replicas > 2 ? INT8(i) : "x = 1\n"],
    ]).flat(),
  );

let github: FakeGithub;
afterEach(() => github.close());

describe("20, 21, 22, 71: more findings than a comment holds", () => {
  test("the comment keeps its totals and says how much is in the summary, which has it", async () => {
    github = await startFakeGithub({ mergeBase: many(60, 2), head: many(60, 4) });
    const run = await runAction({ apiUrl: github.url, inputs: { suggestions: "false" } });
    expect(run.exitCode, run.log).toBe(1);
    const body = github.comments[0]?.body ?? "";
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(60_000);
    expect(body).toMatch(/^<!-- ecocompute:default .*-->\n\*\*This pull request raises LLM serving energy by/);
    expect(body).toContain("| **all** | kWh |");
    const heading = Number(/### (\d+) findings that/.exec(body)?.[1]);
    const shown = body.match(/^(🔴|🟡|🔵)/gmu)?.length ?? 0;
    const more = Number(/([\d,]+) more findings in the job summary/.exec(body)?.[1] ?? 0);
    expect(heading).toBeGreaterThanOrEqual(60);
    expect(shown + more).toBe(heading);
    expect(body.match(/<details>/g)?.length ?? 0).toBe(body.match(/<\/details>/g)?.length ?? 0);
    for (let i = 0; i < 60; i++) expect(run.summary).toContain(`m${i}.py:3`);
    expect(Buffer.byteLength(run.summary)).toBeLessThanOrEqual(1_000 * 1_024);
    expect(run.log).toContain("more findings are in the job summary: a step shows 10 of each level");
    expect(run.log.match(/^::error title=/gm)?.length).toBeLessThanOrEqual(10);
  });

  test("a summary that cannot be written is told and decides nothing", async () => {
    github = await startFakeGithub({ mergeBase: many(1, 2), head: many(1, 4) });
    const run = await runAction({ apiUrl: github.url, env: { GITHUB_STEP_SUMMARY: tmpdir() } });
    expect(run.exitCode, run.log).toBe(1);
    expect(run.log).toContain("::warning::The job summary could not be written");
    expect(github.comments).toHaveLength(1);
  });
});

test("23: outputs are small, and nothing large is an argument or in the environment of a process", async () => {
  github = await startFakeGithub({ mergeBase: {}, head: {} });
  const repository = gitRepository(many(150, 2));
  const base = repository.git("rev-parse", "HEAD");
  const head = repository.commit(many(150, 4));
  const tools = mkdtempSync(join(tmpdir(), "ecocompute-tools-"));
  const sizes = join(tools, "sizes");
  const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const script = `#!/bin/sh\nall="$*$(env)"\necho "$\{#all}" >> ${sizes}\nexec ${git} "$@"\n`;
  writeFileSync(join(tools, "git"), script, { mode: 0o755 });
  const run = await runAction({
    apiUrl: github.url,
    event: pullRequestPayload({ base, head }),
    env: { GITHUB_WORKSPACE: repository.folder, PATH: `${tools}:${process.env.PATH}` },
    inputs: { comment: "never" },
  });
  const used = readFileSync(sizes, "utf8").trim().split("\n").map(Number);
  rmSync(tools, { recursive: true });
  repository.remove();
  expect(run.exitCode, run.log).toBe(1);
  expect(run.outputs.findings).toMatch(/^\d{3}$/);
  for (const [name, value] of Object.entries(run.outputs)) expect(value.length, name).toBeLessThanOrEqual(1_000);
  for (const name of ["report-json", "report-markdown", "sarif"]) {
    expect(run.files[name]?.length, name).toBeGreaterThan(1_000);
  }
  expect(used.length).toBeGreaterThan(3);
  // Names of 300 files alone are 30,000 characters.
  for (const size of used) {
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThan(10_000);
  }
});

describe("68, 69: a usual pull request of 20 files and 3 deployments", () => {
  const files = (replicas: number) => ({
    ...many(3, replicas),
    ...Object.fromEntries(
      Array.from({ length: 14 }, (_, i) => [`web/page-${i}.py`, `import torch\nn = ${replicas}\n`]),
    ),
  });

  test("through the API: at most 300 MB, and no socket but to the API's own host", async () => {
    github = await startFakeGithub({ mergeBase: files(2), head: files(4) });
    const run = await runMeasured({ apiUrl: github.url });
    expect(run.exitCode, run.log).toBe(1);
    expect(github.journal.length).toBeGreaterThan(5);
    expect(run.asked).toEqual([new URL(github.url).host]);
    expect(run.maxRssMb).toBeLessThan(300);
  });

  test("from a checkout without a comment: at most 300 MB, and no socket at all", async () => {
    github = await startFakeGithub({ mergeBase: {}, head: {} });
    const repository = gitRepository(files(2));
    const base = repository.git("rev-parse", "HEAD");
    const run = await runMeasured({
      apiUrl: github.url,
      event: pullRequestPayload({ base, head: repository.commit(files(4)) }),
      env: { GITHUB_WORKSPACE: repository.folder },
      inputs: { comment: "never" },
    });
    repository.remove();
    expect(run.exitCode, run.log).toBe(1);
    expect(run.asked).toEqual([]);
    expect(github.journal).toEqual([]);
    expect(run.maxRssMb).toBeLessThan(300);
  });
});

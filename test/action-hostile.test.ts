import { marked } from "marked";
import { afterEach, describe, expect, test } from "vitest";
import { gitRepository } from "./fake-github/git-repository.ts";
import { pullRequestPayload } from "./fake-github/payloads.ts";
import type { Tree } from "./fake-github/repository.ts";
import { readTree, runAction } from "./fake-github/run-action.ts";
import { FAKE, type FakeGithub, startFakeGithub } from "./fake-github/server.ts";

const MANIFEST = (await readTree("replicas-and-int8", "base"))["k8s/chat.yaml"] ?? "";
const PAYLOADS = [
  "`code` ``more``",
  "a|b|c",
  "<img src=x onerror=alert(1)>",
  "</details></summary>",
  "<!-- ecocompute:default sha=1 -->",
  "](javascript:alert(1))",
  "[x](https://evil.example)",
  "@octocat @acme/team",
  "#1 GH-1",
  "https://evil.example www.evil.example",
  "\u202ertl \u200bzero",
  "\u001b[31mred",
  "::error::pwned",
  "%0A::set-output name=x::y",
  "${" + "{ github.token }}",
  "# heading",
  "| --- |",
  "$(touch canary)",
  "~~~",
  "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
];

let github: FakeGithub | undefined;
afterEach(async () => {
  await github?.close();
  github = undefined;
});

/** A manifest whose names and values are hostile, and a Python file whose model is. */
function hostileTree(replicas: number): Tree {
  const files = PAYLOADS.flatMap((payload, i): [string, string][] => {
    const text = JSON.stringify(payload);
    const name = payload.replaceAll("/", "∕").replaceAll("\0", "");
    return [
      [
        `k8s/${i} ${name}.yaml`,
        MANIFEST.replace("name: chat", `name: ${text}`)
          .replace("replicas: 2", `replicas: ${replicas}`)
          .replace("- --max-model-len=8192", `- --max-model-len=8192\n            - ${text}`),
      ],
      [
        `app/${i} ${name}.py`,
        `from transformers import AutoModelForCausalLM\nmodel = AutoModelForCausalLM.from_pretrained(${text}, load_in_8bit=${replicas > 2 ? "True" : "False"})\n`,
      ],
    ];
  });
  return Object.fromEntries(files);
}

describe("33, 34: hostile names and values", () => {
  test("render as text: no link but to the files, no image, mention, tag, heading or cell of their own", async () => {
    github = await startFakeGithub({ mergeBase: hostileTree(2), head: hostileTree(4) });
    const run = await runAction({ apiUrl: github.url, inputs: { "fail-on": "never" } });
    expect(run.exitCode, run.log).toBe(0);
    const comment = github.comments[0]?.body ?? "";
    for (const body of [comment, run.summary]) {
      const html = marked.parse(body, { gfm: true, async: false });
      const links = [...html.matchAll(/<a href="([^"]*)"/g)].map((match) => match[1] ?? "");
      for (const link of links)
        expect(link).toMatch(/^https:\/\/github\.com\/acme\/(inference\/blob|ecocompute\/blob)\//);
      expect(html).not.toMatch(/<(img|script|iframe|h1|h2)\b/i);
      expect(html.replaceAll(/<code[^>]*>[\s\S]*?<\/code>/g, "")).not.toMatch(/@octocat|@acme\/team|(^|\s)#1\b/);
      const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map((match) => match[1]));
      for (const tag of tags) {
        expect([
          "p",
          "strong",
          "code",
          "table",
          "thead",
          "tbody",
          "tr",
          "th",
          "td",
          "br",
          "a",
          "h3",
          "ul",
          "li",
          "details",
          "summary",
          "pre",
          "sub",
        ]).toContain(tag);
      }
      expect(html.match(/<details>/g)?.length).toBe(html.match(/<\/details>/g)?.length);
      for (const row of html.match(/<tr>[\s\S]*?<\/tr>/g) ?? []) expect(row.match(/<t[hd]\b/g)).toHaveLength(5);
      for (const invisible of ["\u202e", "\u200b", "\u001b"]) expect(body).not.toContain(invisible);
    }
    expect(github.comments).toHaveLength(1);
  });

  test("start no command of the log, and reach no output", async () => {
    github = await startFakeGithub({ mergeBase: hostileTree(2), head: hostileTree(4) });
    const run = await runAction({ apiUrl: github.url, inputs: { "fail-on": "never" } });
    const commands = run.log.split("\n").filter((line) => line.startsWith("::"));
    for (const command of commands) expect(command).toMatch(/^::(error|warning|notice)( title=[^\n]*)?::/);
    expect(run.log).not.toMatch(/^::error::pwned|^::set-output/m);
    expect(run.outputs).not.toHaveProperty("x");
    expect(run.log).not.toContain(FAKE.token);
    for (const [name, value] of Object.entries(run.outputs)) expect(value.length, name).toBeLessThan(1_000);
  });
});

describe("35: hostile files cost seconds, and the others are still judged", () => {
  test("bombs of aliases, nesting, tags, duplicate keys, one broken document", async () => {
    const bomb = `a: &a [${"x,".repeat(9)}x]\n${Array.from({ length: 9 }, (_, i) => `${"bcdefghij"[i]}: &${"bcdefghij"[i]} [${`*${"abcdefghi"[i]},`.repeat(9)}*${"abcdefghi"[i]}]`).join("\n")}\n`;
    const files = {
      "k8s/aliases.yaml": `apiVersion: v1\nkind: Deployment\n${bomb}`,
      "k8s/deep.yaml": `apiVersion: v1\nkind: Deployment\nx: ${"[".repeat(10_000)}`,
      "k8s/tags.yaml": `apiVersion: v1\nkind: Deployment\nx: !!python/object/apply:os.system ["touch canary"]\n`,
      "k8s/twice.yaml": "apiVersion: v1\nkind: Deployment\nkind: Job\nreplicas: 1e999\nno: NO\noctal: 0o17\n",
      "k8s/mixed.yaml": `a: [\n---\n${MANIFEST}`,
      "app/deep.py": `x = ${"(".repeat(20_000)}1${")".repeat(20_000)}\n`,
      "app/long.py": `x = "${"a".repeat(900_000)}"\n`,
      "app/redos.py": `"""${"a ".repeat(50_000)}"""\nload_in_8bit${" ".repeat(100_000)}=True\n`,
    };
    const repository = gitRepository({ "README.md": "a\n" });
    const base = repository.git("rev-parse", "HEAD");
    const head = repository.commit(files);
    const started = process.hrtime.bigint();
    const run = await runAction({
      apiUrl: "http://127.0.0.1:9",
      event: pullRequestPayload({ base, head }),
      inputs: { comment: "never", "fail-on": "never" },
      env: { GITHUB_WORKSPACE: repository.folder, NODE_OPTIONS: "--max-old-space-size=512" },
    });
    repository.remove();
    expect(run.exitCode, run.log).toBe(0);
    expect(Number(process.hrtime.bigint() - started) / 1e9).toBeLessThan(60);
    expect(run.summary).toContain("k8s/mixed.yaml:");
    expect(run.summary).toContain("`chat`");
  }, 70_000);
});

import { chmodSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { catalogueData } from "@ecocompute/data";
import { auditPullRequest, indexCatalogue, judge, renderComment } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { chat, vllm } from "./support/audit-fixtures.ts";
import { commitAll, copyTree, ecocompute, folder, git, repository, write } from "./support/cli.ts";
import { loadPythonParser } from "./support/python-parser.ts";

const TREE = { "app/chat.py": chat.content, "k8s/vllm.yaml": vllm.content, LICENSE: "MIT" };
const PULL_REQUEST = (side: "base" | "head") =>
  new URL(`fixtures/pull-requests/replicas-and-int8/${side}/`, import.meta.url);
const json = (text: string) => JSON.parse(text);

describe("lists", () => {
  test.each([
    ["gpus", /^h100-sxm +NVIDIA H100 .* 80 GB$/m],
    ["models", /^Qwen\/Qwen2.5-7B-Instruct +7\.\d+ billion parameters$/m],
    ["regions", /^us +United States .* 390 gCO2e\/kWh +\$0\.12\/kWh$/m],
  ])("%s with what is known of each", async (name, line) => {
    const { code, out } = await ecocompute(".", ["list", name]);
    expect([code, out]).toEqual([0, expect.stringMatching(line)]);
  });
});

describe("usage", () => {
  test.each([
    [[], 2, "expected a command"],
    [["audt"], 2, 'no command is called "audt"; did you mean audit?'],
    [["audit", "--bsae", "main"], 2, 'unknown flag "--bsae"; did you mean --base?'],
    [["audit", "--base"], 2, "--base: expected a value; received nothing"],
    [["audit", "--base", "--format", "json"], 2, '--base: expected a value; received the flag "--format"'],
    [["audit", "--format", "text", "--format", "json"], 2, "--format is given more than once"],
    [
      ["audit", "--fail-on", "critcal"],
      2,
      'expected one of critical, warning, never; received "critcal"; did you mean',
    ],
    [["audit", "--max-monthly-kwh", "many"], 2, "--max-monthly-kwh: expected a number of 0 or more"],
    [["audit", "--color=yes"], 2, "--color takes no value"],
    [["audit", "nowhere"], 2, 'cannot read "nowhere": no such file or folder'],
    [["audit", "a", "b"], 2, "expected one path; received 2"],
    [["audit", "--hardware-platform", "h1000"], 2, "--hardware-platform: "],
    [["audit", "--base", "main"], 3, "this folder is in no git repository"],
    [["estimate"], 2, "expected a model, such as Qwen/"],
    [["list"], 2, 'expected one of gpus, models, regions; received ""'],
    [["list", "gpu"], 2, 'received "gpu"'],
    [["estimate", "Qwen/Qwen2-7B", "--hardware-platform", "foo"], 2, "unknown GPU; expected one of a10, a100-40gb"],
    [["diagnose", "Qwen/Qwen2-7B"], 2, "observed_energy_j_per_1k_tokens\n"],
    [
      ["estimate", "meta-llama/Llama-3.1-70B-Instruct", "--hardware-platform", "a800"],
      3,
      "alternative: --quantization nf4 (about 4",
    ],
    [
      ["estimate", "meta-llama/Llama-3.1-70B-Instruct", "--hardware-platform", "a800"],
      3,
      "alternative: --num-gpus 2 (about 14",
    ],
    [["estimate", "a", "b"], 2, "expected one model; received 2"],
    [["estimate", "a", "--model-id", "a"], 2, "the model is given twice"],
    [["estimate", "Qwen/Qwen2-7B", "--batch-size", "x"], 2, '--batch-size: expected a number; received "x"'],
    [["estimate", "Qwen/Qwen2-7B", "--quantization", "int8"], 2, "did you mean int8_default?"],
    [["estimate", "Qwen/Qwen2-7B", "--hardware-platform", "mi300x"], 3, "how to measure: "],
  ])("%j", async (args, code, message) => {
    const ran = await ecocompute(folder(), args);
    expect(ran).toMatchObject({ code, out: "" });
    expect(ran.errors).toContain(message);
  });

  test("help and version", async () => {
    const top = folder();
    const overview = await ecocompute(top, ["--help"]);
    for (const name of ["audit", "estimate", "compare", "optimize", "diagnose"]) {
      const help = await ecocompute(top, [name, "--help"]);
      expect(help).toMatchObject({ code: 0, errors: "" });
      expect(help.out).toContain("examples:");
      expect(await ecocompute(top, ["help", name])).toEqual(help);
      expect(overview.out).toContain(`ecocompute ${name}`);
      expect(Math.max(...help.out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
    }
    expect((await ecocompute(top, ["--version"])).out).toMatch(/^ecocompute \d+\.\d+\.\d+, dataset \d{4}/);
  });
});

describe("the protocols", () => {
  test.each([
    ["estimate", ["Mistral-7B", "--hardware-platform", "a800"], "Monthly Estimate: "],
    ["compare", ["--model_id=Mistral-7B", "--hardware_platform=rtx4090d"], "Comparison: "],
    ["optimize", ["Qwen/Qwen2-1.5B", "--hardware-platform", "rtx5090"], "Recommended Configuration"],
    ["diagnose", ["Mistral-7B", "--quantization", "int8_default", "--observed-throughput-tok-s", "7.9"], "Diagnosis"],
  ])("%s answers as text, Markdown and JSON", async (name, args, title) => {
    const top = folder();
    const text = await ecocompute(top, [name, ...args]);
    expect(text).toMatchObject({ code: 0, errors: "" });
    expect(text.out.split("\n")[0]).toContain(title.trim());
    const markdown = await ecocompute(top, [name, ...args, "--format", "markdown"]);
    expect(markdown.out).toMatch(new RegExp(`^## ${title.trim()}`));
    expect(json((await ecocompute(top, [name, ...args, "--format", "json"])).out)).toMatchObject({ protocol: name });
  });

  test("a refusal is JSON where JSON was asked for", async () => {
    const ran = await ecocompute(folder(), ["estimate", "Qwen/Qwen2-7B", "--batch-size", "0", "--format", "json"]);
    expect(ran.code).toBe(2);
    expect(json(ran.out)).toMatchObject({ type: "invalid-input", errors: [{ parameter: "batch_size" }] });
  });
});

describe("audit of a working tree", () => {
  test("finds what wastes, and ends with 1 where the policy says so", async () => {
    const top = repository(TREE);
    const ran = await ecocompute(top, ["audit", "--hardware-platform", "a800"]);
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(
      /\n✗ fail-on: allowed no critical findings, found 2\n2 critical, \d+ warnings?, \d+ info\n$/,
    );
    expect((await ecocompute(top, ["audit", "--fail-on", "never"])).code).toBe(0);
    expect((await ecocompute(top, ["audit", "--fail-on", "never", "--max-monthly-kwh", "5"])).code).toBe(1);
    expect((await ecocompute(join(top, "k8s"), ["audit"])).code).toBe(0);
  });

  test("reads as a reviewer last read it", async () => {
    const ran = await ecocompute(repository(TREE), ["audit", "--hardware-platform", "a800"]);
    await expect(ran.out.replace(/dataset [^ ]+/, "dataset golden")).toMatchFileSnapshot("goldens/cli-audit.txt");
  });

  test("JSON and Markdown are the engine's", async () => {
    const top = repository(TREE);
    const report = json((await ecocompute(top, ["audit", "--format", "json"])).out);
    expect(report).toMatchObject({ protocol: "audit", violations: [{ policy: "fail-on" }] });
    expect(report.coverage).toMatchObject({ files_seen: 3, files_read: 2 });
    expect((await ecocompute(top, ["audit", "--format", "markdown"])).out).toContain("## Audit Results");
    const sarif = json((await ecocompute(top, ["audit", "--format", "sarif"])).out);
    expect(sarif.version).toBe("2.1.0");
    expect(sarif.runs[0].results).toHaveLength(report.findings.length);
    const refused = await ecocompute(top, ["estimate", "Qwen/Qwen2-7B", "--format", "sarif"]);
    expect(refused.errors).toContain("--format: expected one of text, markdown, json");
  });

  test("as wide as the terminal, else as COLUMNS says", async () => {
    const top = repository(TREE);
    const widest = ({ out }: { out: string }) =>
      Math.max(
        ...stripVTControlCharacters(out)
          .split("\n")
          .flatMap((line) => (line.includes("│") ? [] : [[...line].length])),
      );
    expect(widest(await ecocompute(top, ["audit"], { environment: { COLUMNS: "70" } }))).toBeLessThanOrEqual(70);
    expect(widest(await ecocompute(top, ["audit"], { columns: 64, environment: { COLUMNS: "110" } }))).toBeLessThan(65);
    expect(widest(await ecocompute(top, ["audit"], { environment: { COLUMNS: "wide" } }))).toBeGreaterThan(90);
  });

  test("colour where a terminal is, and not where NO_COLOR is", async () => {
    const top = repository(TREE);
    const [plain, coloured, quiet, asked] = [
      await ecocompute(top, ["audit"]),
      await ecocompute(top, ["audit"], { columns: 100 }),
      await ecocompute(top, ["audit"], { columns: 100, environment: { NO_COLOR: "1" } }),
      await ecocompute(top, ["audit", "--color"]),
    ];
    expect(plain.out).not.toContain("\u001b");
    expect(quiet.out).toBe(plain.out);
    expect(coloured.out).toContain("\u001b[1;31mCRITICAL");
    expect(asked.out).toBe(coloured.out);
    expect(stripVTControlCharacters(coloured.out)).toBe(plain.out);
  });

  test("the configuration of the repository counts; a wrong one is told with its line", async () => {
    const top = repository({ ...TREE, ".ecocompute.yml": "hardware_platform: a800\nrequests_per_month: 20000000\n" });
    const report = json((await ecocompute(top, ["audit", "--format", "json"])).out);
    expect(
      report.deployments.map(
        (each: { configuration: { hardware_platform: string } }) => each.configuration?.hardware_platform,
      ),
    ).toEqual(["a800", "h100-sxm"]);
    write(top, { ".ecocompute.yml": "region: eu\nhardwareplatform: a800\n" });
    const wrong = await ecocompute(top, ["audit"]);
    expect(wrong).toMatchObject({ code: 2, out: "" });
    expect(wrong.errors).toContain(".ecocompute.yml:2: ");
    expect((await ecocompute(top, ["audit", "--config", "other.yml"])).errors).toContain("--config: cannot read");
  });

  test("nothing read is no clean bill", async () => {
    const ran = await ecocompute(repository({ "README.txt": "x" }), ["audit"]);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain("Nothing was read, so nothing is judged: 1 file seen");
    expect(ran.out.trimEnd().split("\n").at(-1)).toBe("Nothing was judged: this says nothing about energy.");
  });
});

describe("what of a tree is read", () => {
  const skippedOf = async (top: string, ...args: string[]) => {
    const report = json((await ecocompute(top, ["audit", "--format", "json", ...args])).out);
    const skipped = new Map(
      report.coverage.files_skipped.map((each: { path: string; why: string }) => [each.path, each.why]),
    );
    return { report, skipped, read: report.configuration.files };
  };

  test("links out of the tree are not followed, nor what is binary, huge or no text", async () => {
    const outside = folder();
    write(outside, { "secret.py": chat.content, "dir/secret.py": chat.content });
    const top = repository({ ...TREE, "linked/secret.py": "x" });
    symlinkSync(join(outside, "secret.py"), join(top, "out.py"));
    symlinkSync(join(top, "app/chat.py"), join(top, "in.py"));
    symlinkSync("/nowhere/at/all.py", join(top, "dangling.py"));
    rmSync(join(top, "linked"), { recursive: true });
    symlinkSync(join(outside, "dir"), join(top, "linked"));
    write(top, {
      "huge.yaml": `${vllm.content}#${"x".repeat(1_100_000)}`,
      "latin1.py": new Uint8Array([0x23, 0xe9, 0x0a]),
      "binary.py": "a\0b",
      "pointer.py": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    });
    const { skipped, read } = await skippedOf(top);
    expect(read).toEqual(["app/chat.py", "k8s/vllm.yaml"]);
    expect(Object.fromEntries(skipped)).toEqual({
      "out.py": "a link out of the tree, not followed",
      "in.py": "a link: what it names is read by its own name",
      "dangling.py": "a link to nothing",
      "linked/secret.py": "behind a link, not followed",
      "huge.yaml": "it is larger than 1 MB",
      "latin1.py": "it is not UTF-8 text",
      "binary.py": "it is binary",
      "pointer.py": "it is a Git LFS pointer",
    });
    expect((await skippedOf(top, "--max-file-bytes", "2000000")).read).toContain("huge.yaml");
  });

  test("what .gitignore leaves out is not looked at, unless it is asked for by name", async () => {
    const top = repository({ ...TREE, ".gitignore": "generated/\n" });
    write(top, { "generated/a.py": chat.content, "new.py": chat.content });
    expect((await skippedOf(top)).read).toEqual(["app/chat.py", "k8s/vllm.yaml", "new.py"]);
    expect((await skippedOf(top, "generated/a.py")).read).toEqual(["generated/a.py"]);
    expect((await skippedOf(top, "--paths", "**/*.py", "--paths", "!app/**")).read).toEqual(["new.py"]);
  });

  test("names that would be options, patterns or lines are names", async () => {
    const names = ["--output=x.py", "a\nb.py", "*.py", ":(glob)x.py", "sp ace/ä\t.py", "-"];
    const top = repository(Object.fromEntries(names.map((name) => [name, chat.content])));
    expect((await skippedOf(top)).read.toSorted()).toEqual(names.filter((name) => name.endsWith(".py")).toSorted());
    const text = await ecocompute(top, ["audit"]);
    expect(text.out).toContain("CRITICAL  int8-default  a b.py:10");
    const [name] = names;
    expect((await skippedOf(top, "--", name ?? "")).read).toEqual([name]);
  });

  test("without git every file is walked, but for folders that nobody wrote", async () => {
    const top = folder();
    write(top, { ...TREE, "node_modules/x/a.py": chat.content, ".venv/a.py": chat.content });
    const { report, read } = await skippedOf(top);
    expect(read).toEqual(["app/chat.py", "k8s/vllm.yaml"]);
    expect(report.coverage.partial[0]).toContain("folders named .venv, node_modules were not looked at");
  });

  test("a hook or converter that the repository configures is not run", async () => {
    const top = repository(TREE);
    write(top, { "evil.sh": "#!/bin/sh\ntouch ran\n", ".gitattributes": "*.py diff=evil\n" });
    chmodSync(join(top, "evil.sh"), 0o755);
    for (const key of ["core.fsmonitor", "diff.external", "diff.evil.textconv", "diff.evil.command"]) {
      git(top, "config", key, join(top, "evil.sh"));
    }
    write(top, { "app/chat.py": `${chat.content}\n# changed\n` });
    expect((await ecocompute(top, ["audit"])).out).toContain("Coverage: ");
    expect((await ecocompute(top, ["audit", "--base", "main"])).out).toContain("Coverage: ");
    expect(existsSync(join(top, "ran"))).toBe(false);
  });
});

describe("audit of a change", () => {
  const changed = (): string => {
    const top = folder();
    git(top, "init", "--quiet", "--initial-branch=main");
    copyTree(PULL_REQUEST("base"), top);
    commitAll(top);
    git(top, "checkout", "--quiet", "-b", "change");
    copyTree(PULL_REQUEST("head"), top);
    return top;
  };

  test("says what the Action says of the same pull request, committed or not", async () => {
    const top = changed();
    const open = await ecocompute(top, ["audit", "--base", "main"]);
    commitAll(top);
    const committed = await ecocompute(top, ["audit", "--base", "main"]);
    const withoutCommit = (text: string) =>
      text
        .replace(/commit .{7} against merge base .{7}/, "")
        .replace(/^.*What is not committed yet is included.\n\n/m, "");
    expect(open.code).toBe(1);
    expect(open.out).toContain("What is not committed yet is included.");
    expect(committed.out).not.toContain("not committed");
    expect(withoutCommit(committed.out)).toBe(withoutCommit(open.out));
    expect(open.out).toMatch(/^This pull request raises LLM serving energy by at least \d+ kWh a month/);
    expect(open.out.trimEnd().split("\n").at(-1)).toBe("✗ fail-on: allowed no new critical findings, found 1");
    expect((await ecocompute(top, ["audit", "--base", "main", "--fail-on", "never"])).code).toBe(0);
    const report = json((await ecocompute(top, ["audit", "--base", "main", "--format", "json"])).out);
    expect(report.protocol).toBe("pull-request");
    expect(report.findings.introduced.map((each: { rule: string }) => each.rule)).toContain("int8-default");
  });

  test("writes the comment that the engine makes of the same two sides, as the Action does", async () => {
    const top = changed();
    commitAll(top);
    const { out } = await ecocompute(top, ["audit", "--base", "main", "--format", "markdown"]);
    const side = (name: "base" | "head") =>
      ["app/summarize.py", "k8s/chat.yaml"].flatMap((path) => {
        const url = new URL(path, PULL_REQUEST(name));
        return existsSync(url) ? [{ path, content: readFileSync(url, "utf8") }] : [];
      });
    const input = { base: side("base"), head: side("head"), renames: [], skipped: [], partial: [] };
    const context = { catalogue: indexCatalogue(catalogueData), python: await loadPythonParser() };
    const report = auditPullRequest(input, { config_path: ".ecocompute.yml" }, context);
    const policy = {
      fail_on: "critical",
      max_increase_percent: null,
      max_monthly_kwh: null,
      max_monthly_usd: null,
    } as const;
    const expected = renderComment(report, {
      ...judge(report, policy),
      head_sha: git(top, "rev-parse", "HEAD").trim(),
      merge_base_sha: git(top, "rev-parse", "main").trim(),
      file_url: null,
      method_url: null,
      max_bytes: Number.POSITIVE_INFINITY,
      rest_at: "the JSON report",
    });
    // The README of the fixture is a changed file that holds no deployment: counted by the host, unknown to this test.
    const withoutCoverage = (text: string) => text.replace(/\*\*Coverage\*\*.*\n/, "").trim();
    expect(withoutCoverage(out)).toBe(withoutCoverage(expected));
  });

  test("what main gained since is not this change's", async () => {
    const top = changed();
    commitAll(top);
    git(top, "checkout", "--quiet", "main");
    write(top, { "k8s/other.yaml": vllm.content });
    commitAll(top);
    git(top, "checkout", "--quiet", "change");
    const report = json((await ecocompute(top, ["audit", "--base", "main", "--format", "json"])).out);
    expect(report.deployments.map((each: { path: string }) => each.path)).not.toContain("k8s/other.yaml");
  });

  test("a renamed file is the same deployment", async () => {
    const top = repository(TREE);
    git(top, "mv", "k8s/vllm.yaml", "k8s/renamed.yaml");
    const report = json((await ecocompute(top, ["audit", "--base", "main", "--format", "json"])).out);
    expect(report.deployments).toMatchObject([{ path: "k8s/renamed.yaml", status: "unchanged" }]);
    expect(report.findings.introduced).toEqual([]);
  });

  test("the configuration at the merge base decides, a file that is named wins", async () => {
    const top = repository({ ...TREE, ".ecocompute.yml": "requests_per_month: 1000\n" });
    write(top, {
      ".ecocompute.yml": "requests_per_month: 9\n",
      "k8s/vllm.yaml": vllm.content.replace("replicas: 4", "replicas: 5"),
    });
    const requests = async (...args: string[]) => {
      const report = json((await ecocompute(top, ["audit", "--base", "main", "--format", "json", ...args])).out);
      return report.deployments[0].after.monthly.requests;
    };
    expect(await requests()).toBe(1000);
    expect(await requests("--config", ".ecocompute.yml")).toBe(9);
    expect(await requests("--requests-per-day", "100")).toBeCloseTo(3042, -1);
  });

  test.each([
    ["mian", 2, 'no commit is called "mian" here'],
    ["-x", 2, "no commit is called"],
    ["main; touch ran", 2, "no commit is called"],
    ["unrelated", 3, "share no history"],
  ])("--base=%s is refused", async (ref, code, message) => {
    const top = repository(TREE);
    git(top, "checkout", "--quiet", "--orphan", "unrelated");
    commitAll(top, "another history");
    git(top, "checkout", "--quiet", "main");
    const ran = await ecocompute(top, ["audit", `--base=${ref}`]);
    expect(ran).toMatchObject({ code, out: "" });
    expect(ran.errors).toContain(message);
  });

  test("a chart whose values changed is judged, though it did not change itself", async () => {
    const kustomization = "resources: [../base]\nreplicas:\n  - { name: llama, count: 6 }\n";
    const top = repository({
      "k8s/base/llama.yaml": vllm.content,
      "k8s/base/kustomization.yaml": "resources: [llama.yaml]\n",
      "k8s/prod/kustomization.yaml": kustomization,
    });
    write(top, { "k8s/base/llama.yaml": vllm.content.replace("--max-num-seqs=1", "--max-num-seqs=8") });
    const report = json((await ecocompute(top, ["audit", "--base", "main", "--format", "json"])).out);
    expect(report.deployments).toMatchObject([
      { status: "changed", after: { configuration: { replicas: 6, batch_size: 8 } } },
    ]);
    const whole = json((await ecocompute(top, ["audit", "k8s/prod", "--format", "json"])).out);
    expect(whole.deployments).toMatchObject([{ configuration: { replicas: 6 } }]);
  });

  test("a moved repository and a path below it", async () => {
    const top = repository({ ...TREE, "k8s/more.yaml": vllm.content });
    const moved = `${top}-moved`;
    renameSync(top, moved);
    write(moved, { "k8s/more.yaml": vllm.content.replace("replicas: 4", "replicas: 5"), "app/new.py": chat.content });
    const report = json((await ecocompute(join(moved, "k8s"), ["audit", "--base", "main", "--format", "json"])).out);
    renameSync(moved, top);
    expect(report.deployments).toMatchObject([{ path: "k8s/more.yaml", status: "changed" }]);
    expect(report.coverage.files_seen).toBe(1);
  });
});

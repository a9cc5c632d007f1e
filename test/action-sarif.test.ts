import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Finding, renderSarif } from "@ecocompute/engine";
import type { Log } from "sarif";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTree, runAction } from "./fake-github/run-action.ts";
import { FAKE, type FakeGithub, startFakeGithub } from "./fake-github/server.ts";
import { INT8 } from "./support/action-checkout.ts";
import { sarifErrors } from "./support/sarif-schema.ts";

const [mergeBase, head] = await Promise.all([
  readTree("replicas-and-int8", "base"),
  readTree("replicas-and-int8", "head"),
]);
let github: FakeGithub;
let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "ecocompute-workspace-"));
});
afterEach(async () => {
  await github.close();
  rmSync(workspace, { recursive: true });
});
const audit = async (inputs: Readonly<Record<string, string>> = {}, tree = head) => {
  github = await startFakeGithub({ mergeBase, head: tree });
  return runAction({
    apiUrl: github.url,
    inputs: { comment: "never", ...inputs },
    env: { GITHUB_WORKSPACE: workspace },
  });
};

describe("60: SARIF", () => {
  test("is always written: the findings of the head, with places relative to the root", async () => {
    const run = await audit({ "comment-key": "staging" });
    const log: Log = JSON.parse(run.files.sarif ?? "");
    expect(log.version).toBe("2.1.0");
    expect(sarifErrors(run.files.sarif ?? "")).toEqual([]);
    expect(log.runs[0]?.automationDetails?.id).toBe("ecocompute/staging/");
    const found = log.runs[0]?.results?.find(({ ruleId }) => ruleId === "int8-default");
    expect(found?.locations?.[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: "app/summarize.py", uriBaseId: "%SRCROOT%" },
      region: { startLine: 11 },
    });
  });

  test("keeps its fingerprints when lines move, and has no results where nothing is found", async () => {
    const first: Log = JSON.parse((await audit()).files.sarif ?? "");
    await github.close();
    const moved = { ...head, "app/summarize.py": `# one\n# two\n${head["app/summarize.py"] ?? ""}` };
    const second: Log = JSON.parse((await audit({}, moved)).files.sarif ?? "");
    const prints = (log: Log) => log.runs[0]?.results?.map(({ partialFingerprints }) => partialFingerprints);
    expect(prints(second)).toEqual(prints(first));
    await github.close();
    expect(prints(first)?.length).toBeGreaterThan(1);
    const clean = (await audit({}, { ...mergeBase, "README.md": "x\n" })).files.sarif ?? "";
    expect(sarifErrors(clean)).toEqual([]);
    expect(JSON.parse(clean).runs).toMatchObject([{ results: [] }]);
  });

  test("sarif-file puts it into the workspace", async () => {
    const run = await audit({ "sarif-file": "reports/eco.sarif" });
    const path = join(workspace, "reports/eco.sarif");
    expect(run.outputs.sarif).toBe(path);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ version: "2.1.0" });
  });

  test.each(["a link", "a folder that is a link"])("6: %s of the checkout is not followed out of it", async (how) => {
    const outside = mkdtempSync(join(tmpdir(), "ecocompute-outside-"));
    writeFileSync(join(outside, "eco.sarif"), "untouched");
    if (how === "a link") {
      mkdirSync(join(workspace, "reports"));
      symlinkSync(join(outside, "eco.sarif"), join(workspace, "reports/eco.sarif"));
    } else symlinkSync(outside, join(workspace, "reports"));
    const run = await audit({ "sarif-file": "reports/eco.sarif" });
    const text = readFileSync(join(outside, "eco.sarif"), "utf8");
    rmSync(outside, { recursive: true });
    expect(text).toBe("untouched");
    expect(run.log).toContain("::warning::input sarif-file: reports/eco.sarif could not be written");
    expect(run.files.sarif).toContain('"2.1.0"');
  });

  test("a report has it too", async () => {
    github = await startFakeGithub({ mergeBase, head });
    const run = await runAction({
      apiUrl: github.url,
      eventName: "schedule",
      event: "{}",
      inputs: { comment: "never" },
      env: { GITHUB_SHA: FAKE.headSha },
    });
    const log: Log = JSON.parse(run.files.sarif ?? "");
    expect(log.runs[0]?.results?.map(({ ruleId }) => ruleId)).toContain("int8-default");
  });
});

describe("60: against the schema of SARIF 2.1.0", () => {
  test("everything that a log can hold: fixes, suppressions, files that were not read, names that need escapes", async () => {
    const ignored = INT8.replace(
      "True)",
      'True)  # ecocompute: ignore[int8-default] reason="measured" until=2099-01-31',
    );
    const run = await audit(
      {},
      {
        ...head,
        "app/a b#c?%25é.py": INT8,
        "app/quiet.py": ignored,
        "app/data.py": "x = 1\0",
        "k8s/broken.yaml": `a: [\n---\n${mergeBase["k8s/chat.yaml"]}`,
      },
    );
    const log: Log = JSON.parse(run.files.sarif ?? "");
    expect(sarifErrors(run.files.sarif ?? "")).toEqual([]);
    const results = log.runs[0]?.results ?? [];
    expect(results.some(({ fixes }) => fixes !== undefined)).toBe(true);
    expect(results.some(({ suppressions }) => suppressions !== undefined)).toBe(true);
    expect(run.files.sarif).toContain('"app/a%20b%23c%3F%2525%C3%A9.py"');
  });

  test("a log that is not as it says fails", async () => {
    const text = (await audit()).files.sarif ?? "";
    expect(sarifErrors(text.replace('"version": "2.1.0"', '"version": "2.2.0"'))).not.toEqual([]);
    expect(sarifErrors(text.replace('"startLine": 11', '"startLine": 0'))).not.toEqual([]);
    expect(sarifErrors(text.replace('"app/summarize.py"', '"app/a b.py"'))).not.toEqual([]);
    expect(sarifErrors(text.replace('"results"', '"outcomes"'))).not.toEqual([]);
  });

  test("of 26,000 findings the 5,000 that GitHub keeps are there, the worst, within 10 MB compressed", async () => {
    const run = await audit();
    const { findings } = JSON.parse(run.reportJson ?? "");
    const critical: Finding = findings.introduced.find(({ severity }: Finding) => severity === "critical");
    const warnings = Array.from(
      { length: 26_000 },
      (_, line): Finding => ({ ...critical, severity: "warning", line: line + 1, end_line: line + 1 }),
    );
    const input = { findings: [...warnings, critical], suppressed: [], files: [], notes: [] };
    const text = renderSarif(input, { tool_version: "1", project_url: null, category: "default" });
    const log: Log = JSON.parse(text);
    expect(sarifErrors(text)).toEqual([]);
    expect(log.runs).toHaveLength(1);
    expect(log.runs[0]?.results).toHaveLength(5_000);
    expect(log.runs[0]?.results?.[0]?.level).toBe("error");
    expect(text).toContain("21001 more findings of lower severity are left out.");
    expect(gzipSync(text).length).toBeLessThan(10_000_000);
  });
});

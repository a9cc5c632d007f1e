import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTree, runAction } from "./fake-github/run-action.ts";
import { FAKE, type FakeGithub, startFakeGithub } from "./fake-github/server.ts";

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

interface Log {
  readonly version: string;
  readonly runs: readonly {
    readonly automationDetails: { readonly id: string };
    readonly results: readonly {
      readonly ruleId: string;
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: object; readonly region: object };
      }[];
    }[];
  }[];
}

describe("60: SARIF", () => {
  test("is always written: the findings of the head, with places relative to the root", async () => {
    const run = await audit({ "comment-key": "staging" });
    const log: Log = JSON.parse(run.files.sarif ?? "");
    expect(log.version).toBe("2.1.0");
    expect(log.runs[0]?.automationDetails.id).toContain("staging");
    const found = log.runs[0]?.results.find(({ ruleId }) => ruleId === "int8-default");
    expect(found?.locations[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: "app/summarize.py", uriBaseId: "%SRCROOT%" },
      region: { startLine: 11 },
    });
  });

  test("keeps its fingerprints when lines move, and has no results where nothing is found", async () => {
    const first: Log = JSON.parse((await audit()).files.sarif ?? "");
    await github.close();
    const moved = { ...head, "app/summarize.py": `# one\n# two\n${head["app/summarize.py"] ?? ""}` };
    const second: Log = JSON.parse((await audit({}, moved)).files.sarif ?? "");
    const prints = (log: Log) => log.runs[0]?.results.map(({ partialFingerprints }) => partialFingerprints);
    expect(prints(second)).toEqual(prints(first));
    await github.close();
    const clean: Log = JSON.parse((await audit({}, { ...mergeBase, "README.md": "x\n" })).files.sarif ?? "");
    expect(clean.runs[0]?.results).toEqual([]);
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
    expect(log.runs[0]?.results.map(({ ruleId }) => ruleId)).toContain("int8-default");
  });
});

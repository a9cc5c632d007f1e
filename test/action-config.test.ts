import { afterEach, describe, expect, test } from "vitest";
import type { Tree } from "./fake-github/repository.ts";
import { type ActionSetup, readTree, runAction } from "./fake-github/run-action.ts";
import { type FakeGithub, startFakeGithub } from "./fake-github/server.ts";

const CONFIG = ".ecocompute.yml";
const MANIFEST = (await readTree("replicas-and-int8", "base"))["k8s/chat.yaml"] ?? "";
const FOUR = MANIFEST.replace("replicas: 2", "replicas: 4");
const base: Tree = { "k8s/chat.yaml": MANIFEST };
const head: Tree = { "k8s/chat.yaml": FOUR };

let github: FakeGithub | undefined;
afterEach(async () => {
  await github?.close();
  github = undefined;
});
async function audit(mergeBase: Tree, headTree: Tree, more: Partial<ActionSetup> = {}) {
  github = await startFakeGithub({ mergeBase, head: headTree });
  const run = await runAction({ apiUrl: github.url, ...more });
  return { ...run, comment: github.comments[0]?.body ?? "", github };
}
const both = (config: string) => audit({ ...base, [CONFIG]: config }, { ...head, [CONFIG]: config });

describe("8: the configuration of the base decides", () => {
  test("a limit of the file is a limit of the gate, and an input wins over it", async () => {
    const run = await both("budgets: { max_increase_percent: 10 }\n");
    expect(run.exitCode, run.log).toBe(1);
    expect(run.comment).toContain("❌ **max-increase-percent**: allowed 10 %, found");
    const lenient = await runAction({ apiUrl: run.github.url, inputs: { "max-increase-percent": "1000" } });
    expect(lenient.exitCode).toBe(0);
  });

  test("a pull request that loosens its own limit is judged by the old one, and told so", async () => {
    const run = await audit(
      { ...base, [CONFIG]: "budgets: { max_increase_percent: 10 }\n" },
      { ...head, [CONFIG]: "budgets: { max_increase_percent: 900 }\n" },
    );
    expect(run.exitCode).toBe(1);
    expect(run.comment).toContain("it is judged by the configuration of the base");
  });

  test("nor does one that brings its first configuration decide over itself", async () => {
    const run = await audit(base, { ...head, [CONFIG]: "usage: small\n" });
    expect(run.exitCode).toBe(0);
    expect(run.comment).toContain("`requests_per_month` = `1000000`");
    expect(run.comment).toContain("the new one counts once it is merged");
  });

  test("a new configuration that will not be read is an error now, with its line", async () => {
    const run = await audit(base, { ...head, [CONFIG]: "usge: small\n" });
    expect(run.exitCode).toBe(2);
    expect(run.outputs.verdict).toBe("usage-error");
    expect(run.log).toMatch(
      /::error title=configuration,file=\.ecocompute\.yml,line=1::usge: unknown parameter; did you mean "usage"\?/,
    );
    expect(run.comment).toContain("cannot be read");
    expect(run.comment).toContain("raises LLM serving energy");
  });

  test("a broken one at the base stops with exit code 2, and does not block the pull request that mends it", async () => {
    const run = await both("usge: small\n");
    expect(run.exitCode).toBe(2);
    expect(run.summary).toContain("did you mean");
    await run.github.close();
    const mends = await audit({ ...base, [CONFIG]: "usge: small\n" }, { ...head, [CONFIG]: "usage: small\n" });
    expect(mends.exitCode, mends.log).toBe(0);
    expect(mends.comment).toContain("of the base cannot be read, so the defaults stand in");
  });

  test("another name is found, and missed where it is not there", async () => {
    const named = { config: "ops/eco.yml" };
    const config = { "ops/eco.yml": "budgets: { max_monthly_kwh: 1 }\n" };
    const run = await audit({ ...base, ...config }, { ...head, ...config }, { inputs: named });
    expect(run.exitCode).toBe(1);
    await run.github.close();
    const missing = await audit(base, head, { inputs: named });
    expect(missing.exitCode).toBe(2);
    expect(missing.log).toContain("leave the input out or add the file");
  });
});

describe("51, 55, 57: values, limits and suppressions of the file", () => {
  test("traffic for a stage changes the estimate, and is no longer assumed", async () => {
    const run = await both("deployments:\n  - paths: [k8s/**]\n    requests_per_month: 4000000\n");
    expect(run.reportJson).toContain('"requests_per_month": 4000000');
    expect(run.comment).not.toContain("`requests_per_month` =");
  });

  test("rental counts in dollars, and a deployment's own limit is named", async () => {
    const run = await both("gpu_hour_usd: 2\ndeployments: [{ names: [chat], max_monthly_usd: 4000 }]\n");
    expect(run.exitCode).toBe(1);
    expect(run.comment).toContain("❌ **max-monthly-usd** of `chat`: allowed 4000 USD a month, found");
  });

  test("a suppression of the base silences with its reason, one that the head brings does not", async () => {
    const code = { "app/chat.py": INT8 };
    const config = { [CONFIG]: 'suppressions: [{ rule: int8-default, path: app/**, reason: "Moves in Q1." }]\n' };
    const silenced = await audit({ ...base, ...config }, { ...base, ...config, ...code });
    expect(silenced.exitCode, silenced.log).toBe(0);
    expect(silenced.reportJson).toContain("Moves in Q1.");
    await silenced.github.close();
    const own = await audit(base, { ...base, ...config, ...code });
    expect(own.exitCode).toBe(1);
  });
});

const INT8 = `from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", load_in_8bit=True)
`;

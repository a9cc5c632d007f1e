// A team's own rows through the committed bundle: they are read at the base, and move what the comment says.
import { afterEach, expect, test } from "vitest";
import type { Tree } from "./fake-github/repository.ts";
import { readTree, runAction } from "./fake-github/run-action.ts";
import { type FakeGithub, startFakeGithub } from "./fake-github/server.ts";

const MANIFEST = (await readTree("replicas-and-int8", "base"))["k8s/chat.yaml"] ?? "";
const CONFIG = { ".ecocompute.yml": "measurements: measured/run.csv\n" };
/** Idle power with the weights loaded: what an always-on fleet spends most of its time at. */
const ROWS = (
  idle: number,
) => `id,gpu,model_id,framework,precision,batch_size,throughput_tok_s,power_w,energy_j_per_token,date,idle_loaded_w
run-0001,h100,meta-llama/Llama-3.1-8B-Instruct,vllm,bf16,8,1000,400,0.4,2026-11-27,${idle}
`;
const base: Tree = { "k8s/chat.yaml": MANIFEST };
const head: Tree = { "k8s/chat.yaml": MANIFEST.replace("replicas: 2", "replicas: 4") };

let github: FakeGithub | undefined;
afterEach(async () => {
  await github?.close();
  github = undefined;
});
async function audit(mergeBase: Tree, headTree: Tree) {
  github = await startFakeGithub({ mergeBase, head: headTree });
  const run = await runAction({ apiUrl: github.url });
  return { ...run, kwh: Number(run.outputs["energy-kwh-month"]) };
}

test("rows that the base's configuration names are evidence, cited in the report", async () => {
  const measured = { ...CONFIG, "measured/run.csv": ROWS(50) };
  const run = await audit({ ...base, ...measured }, { ...head, ...measured });
  expect(run.exitCode, run.log).toBe(0);
  expect(run.reportJson).toContain('"run-0001"');
  expect(run.log).toContain("1 row of your own rank");
  const without = await audit(base, head);
  expect(run.kwh).toBeLessThan(without.kwh);
});

test("8: a change cannot bring rows that make itself look better", async () => {
  const honest = { ...CONFIG, "measured/run.csv": ROWS(150) };
  const run = await audit({ ...base, ...honest }, { ...head, ...CONFIG, "measured/run.csv": ROWS(20) });
  expect(run.exitCode, run.log).toBe(0);
  const asBefore = await audit({ ...base, ...honest }, { ...head, ...honest });
  expect(run.kwh).toBe(asBefore.kwh);
});

test("rows that fail a check end with exit code 2, each with its line", async () => {
  const wrong = { ...CONFIG, "measured/run.csv": ROWS(50).replace(",400,0.4,", ",4000,4,") };
  const run = await audit({ ...base, ...wrong }, { ...head, ...wrong });
  expect(run.exitCode).toBe(2);
  expect(run.log).toContain("measured/run.csv:2.power_w: 4000 W is above 1 × 700 W TDP");
});

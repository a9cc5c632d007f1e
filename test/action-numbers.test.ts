import { describe, expect, test } from "vitest";
import type { ActionRun } from "./fake-github/run-action.ts";
import { auditTrees, delta, FOUR, INT8, MANIFEST } from "./support/action-checkout.ts";

interface Input {
  readonly name: string;
  readonly value: unknown;
  readonly unit: string | null;
  readonly source: string;
  readonly assumed: boolean;
}
interface Side {
  readonly inputs: readonly Input[];
  readonly monthly: unknown;
  readonly assumed: readonly { readonly name: string }[];
}

/** The deployments of the report's JSON. */
function deploymentsOf(run: ActionRun): readonly { readonly name: string; readonly after: Side | null }[] {
  expect(run.exitCode, run.log).toBe(0);
  const report: { deployments: { name: string; after: Side | null }[] } = JSON.parse(run.reportJson ?? "");
  return report.deployments;
}
const inputsOf = (run: ActionRun): ReadonlyMap<string, Input> =>
  new Map(deploymentsOf(run)[0]?.after?.inputs.map((input) => [input.name, input]));

describe("47: every figure is traceable", () => {
  test("each input of an estimate has its value, its unit, and who says so", async () => {
    const run = await auditTrees({ "k8s/chat.yaml": MANIFEST }, { "k8s/chat.yaml": FOUR });
    const inputs = inputsOf(run);
    const line = (text: string) => FOUR.split("\n").findIndex((each) => each.includes(text)) + 1;
    const stated = (text: string) => ({ source: `k8s/chat.yaml:${line(text)}`, assumed: false });
    expect(inputs.get("hardware_platform")).toMatchObject({ value: "h100-sxm", ...stated("gpu.product") });
    expect(inputs.get("num_gpus")).toMatchObject({ value: 1, ...stated("nvidia.com/gpu:") });
    expect(inputs.get("replicas")).toMatchObject({ value: 4, unit: "replicas", ...stated("replicas: 4") });
    expect(inputs.get("model_id")).toMatchObject(stated("--model="));
    expect(inputs.get("hours_per_month")).toMatchObject({ value: 730, unit: "h", source: "default", assumed: true });
    expect(inputs.get("utilization")).toMatchObject({ value: expect.closeTo(0.007, 1), source: "derived" });
    expect(inputs.get("pue")).toMatchObject({ value: 1.1, source: "default", assumed: true });
    expect(inputs.get("grid_gco2_per_kwh")).toMatchObject({
      value: 390,
      unit: "gCO2e/kWh",
      source: expect.stringMatching(/^ecocompute-skill \(20\d\d\)$/),
      assumed: true,
    });
    expect(inputs.get("electricity_usd_per_kwh")).toMatchObject({ value: 0.12, unit: "$/kWh", assumed: true });
    // Unknown is not 0.
    expect(inputs.get("gpu_hour_usd")).toEqual({
      name: "gpu_hour_usd",
      value: null,
      unit: "$/h",
      source: "not given",
      assumed: false,
    });
  });

  test("what the configuration states is the user's, what it leaves out stays assumed", async () => {
    const config = "usage: large\nregion: NOR\ngrid_gco2_per_kwh: 21\ngpu_hour_usd: 2.5\npue: 1.3\n";
    const before = { "k8s/chat.yaml": MANIFEST, ".ecocompute.yml": config };
    const inputs = inputsOf(await auditTrees(before, { "k8s/chat.yaml": FOUR }));
    for (const [name, value] of [
      ["requests_per_month", 10_000_000],
      ["grid_gco2_per_kwh", 21],
      ["gpu_hour_usd", 2.5],
      ["pue", 1.3],
    ] as const) {
      expect(inputs.get(name), name).toMatchObject({ value, source: "user config", assumed: false });
    }
    expect(inputs.get("sequence_length")).toMatchObject({ value: 512, source: "default", assumed: true });
  });

  test("what the comment lists as assumed is what the inputs mark, the heaviest first", async () => {
    const run = await auditTrees({ "k8s/chat.yaml": MANIFEST }, { "k8s/chat.yaml": FOUR });
    const after = deploymentsOf(run)[0]?.after;
    const listed = after?.assumed.map(({ name }) => name) ?? [];
    expect(listed.length).toBeGreaterThan(3);
    for (const name of listed.filter((each) => each !== "region")) {
      expect(
        after?.inputs.find((each) => each.name === name),
        name,
      ).toMatchObject({ assumed: true });
      expect(run.summary).toContain(`\`${name}\` = `);
    }
    expect(run.summary).toContain("**Assumed**, because the files do not say: `requests_per_month` = `1000000`");
  });

  test("without an estimate there is nothing to trace", async () => {
    const run = await auditTrees({}, { "app/chat.py": INT8 });
    expect(deploymentsOf(run)).toMatchObject([{ after: { inputs: [], monthly: null } }]);
  });
});

describe("a GPU that no file names", () => {
  test("is asked for where a repository can say it, by a line to copy that works", async () => {
    const run = await auditTrees({}, { "app/chat.py": INT8 });
    const asked = 'deployments: [{ paths: ["app/chat.py"], hardware_platform: h100-sxm }]';
    expect(JSON.parse(run.reportJson ?? "").deployments[0].after.not_estimated.how_to_measure).toBe(
      `Say which it is in .ecocompute.yml: \`${asked}\``,
    );
    expect(run.summary).not.toContain("AUDIT");
    const told = await auditTrees({ ".ecocompute.yml": asked }, { "app/chat.py": INT8 });
    expect(inputsOf(told).get("hardware_platform")).toMatchObject({ value: "h100-sxm", source: "user config" });
    expect(delta(told)).toBeGreaterThan(10);
  });

  test("one that the catalogue lacks is not taken for the default of all", async () => {
    const unknown = MANIFEST.replace("NVIDIA-H100-80GB-HBM3", "Some-Future-GPU");
    const config = { ".ecocompute.yml": "hardware_platform: a100-80gb\n" };
    const run = await auditTrees(config, { "k8s/chat.yaml": unknown });
    expect(deploymentsOf(run)).toMatchObject([{ after: { monthly: null } }]);
    expect(run.summary).toContain("Name the GPU as the catalogue does, such as h100-sxm");
  });
});

describe("a model that no file names as the catalogue does", () => {
  const named = (model: string) => MANIFEST.replace("meta-llama/Llama-3.1-8B-Instruct", model);

  test.each([
    ["a path on its disk", named("/models/chat")],
    ["none", MANIFEST.replace("- --model=meta-llama/Llama-3.1-8B-Instruct", "- --port=8000")],
  ])("%s: the report gives the line that states it", async (_, manifest) => {
    const run = await auditTrees({}, { "k8s/chat.yaml": manifest });
    const asked = 'deployments: [{ paths: ["k8s/chat.yaml"], model_id: meta-llama/Llama-3.1-8B-Instruct }]';
    expect(run.summary).toContain(`State model_id in .ecocompute.yml, such as \`${asked}\``);
    const told = await auditTrees({ ".ecocompute.yml": asked }, { "k8s/chat.yaml": manifest });
    expect(inputsOf(told).get("model_id")).toMatchObject({
      value: "meta-llama/Llama-3.1-8B-Instruct",
      source: "user config",
      assumed: false,
    });
    expect(delta(told)).toBeCloseTo(delta(await auditTrees({}, { "k8s/chat.yaml": MANIFEST })), 3);
  });

  test("one that it knows is not overruled", async () => {
    const config = { ".ecocompute.yml": "model_id: meta-llama/Llama-3.1-70B-Instruct\n" };
    const inputs = inputsOf(await auditTrees(config, { "k8s/chat.yaml": MANIFEST }));
    expect(inputs.get("model_id")).toMatchObject({ value: "meta-llama/Llama-3.1-8B-Instruct" });
  });

  test("one that the configuration names and nobody knows is an error with its line", async () => {
    const config = { ".ecocompute.yml": "usage: small\nmodel_id: secret\n" };
    const run = await auditTrees(config, { "k8s/chat.yaml": MANIFEST });
    expect(run.exitCode).toBe(2);
    expect(run.log).toContain(".ecocompute.yml:2: model_id: ");
  });
});

test("a command to copy is code, without a character that does not show", async () => {
  const run = await auditTrees({}, { "k8s/chat.yaml": MANIFEST.replace("--dtype=bfloat16", "--quantization=awq") });
  expect(run.summary).toMatch(/`python measure\/measure\.py [^`]* --server http:\/\/127\.0\.0\.1:8000 [^`]*`/);
});

describe("52: aged data and determinism", () => {
  const config = { "k8s/chat.yaml": MANIFEST, ".ecocompute.yml": "region: NOR\n" };

  test("a grid of the data set that has aged is told in the report of a pull request, once, with what to do", async () => {
    const run = await auditTrees(config, {
      "k8s/chat.yaml": FOUR,
      "k8s/more.yaml": MANIFEST.replaceAll("chat", "more"),
    });
    expect(run.summary.match(/\*\*Aged data\*\*: /g)).toHaveLength(1);
    expect(run.summary).toMatch(
      /Aged data\*\*: The carbon intensity of Norway is of 20\d\d: set grid\\_gco2\\_per\\_kwh/,
    );
    expect(run.summary).toContain("dataset `");
    const own = { ...config, ".ecocompute.yml": "region: NOR\ngrid_gco2_per_kwh: 20\n" };
    expect((await auditTrees(own, { "k8s/chat.yaml": FOUR })).summary).not.toContain("Aged data");
  });

  test("is no matter of a pull request that changes no deployment", async () => {
    const run = await auditTrees(config, { "k8s/chat.yaml": `# a comment\n${MANIFEST}` });
    expect(delta(run)).toBe(0);
    expect(run.summary).not.toContain("Aged data");
  });

  test("the same commits give the same bytes, of the summary and of the JSON", async () => {
    const once = await auditTrees(config, { "k8s/chat.yaml": FOUR });
    const again = await auditTrees(config, { "k8s/chat.yaml": FOUR });
    expect(again.summary).toBe(once.summary);
    expect(again.reportJson).toBe(once.reportJson);
  });
});

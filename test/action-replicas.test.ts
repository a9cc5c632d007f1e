import { describe, expect, test } from "vitest";
import type { Change } from "./fake-github/git-repository.ts";
import type { ActionRun } from "./fake-github/run-action.ts";
import { auditTrees, MANIFEST } from "./support/action-checkout.ts";

interface Deployment {
  readonly id: string;
  readonly after: {
    readonly inputs: readonly { readonly name: string; readonly value: unknown; readonly source: string }[];
    readonly assumed: readonly { readonly name: string; readonly value: string }[];
    readonly not_estimated: { readonly why: string; readonly how_to_measure: string } | null;
    readonly monthly: { readonly energy_kwh: { readonly value: number } } | null;
  };
}
interface Report {
  readonly deployments: readonly Deployment[];
  readonly totals: { readonly after: { readonly energy_kwh: { readonly value: number }; readonly at_least: boolean } };
  readonly findings: { readonly introduced: readonly { readonly rule: string; readonly message: string }[] };
}

/** The report of a pull request that adds these files. */
async function added(files: Change, config = ""): Promise<Report & { readonly run: ActionRun }> {
  const run = await auditTrees(config === "" ? {} : { ".ecocompute.yml": config }, files);
  expect(run.exitCode, run.log).toBe(0);
  const report: Report = JSON.parse(run.reportJson ?? "");
  return { ...report, run };
}
async function only(files: Change, config = "") {
  const { deployments, findings, run } = await added(files, config);
  expect(deployments).toHaveLength(1);
  const after = deployments[0]?.after;
  const value = (name: string) => after?.inputs.find((each) => each.name === name)?.value;
  return { after, value, kwh: after?.monthly?.energy_kwh.value ?? 0, rules: findings.introduced, run };
}

const NO_REPLICAS = MANIFEST.replace("  replicas: 2\n", "");
const JOB = NO_REPLICAS.replace("apps/v1", "batch/v1")
  .replace("kind: Deployment", "kind: Job")
  .replace("  selector:\n    matchLabels:\n      app: chat\n", "");
const GPU = 'nvidia.com/gpu: "1"';
const withArguments = (gpus: number, ...flags: string[]) =>
  MANIFEST.replace(GPU, `nvidia.com/gpu: "${gpus}"`).replace(
    "- --max-model-len=8192",
    ["- --max-model-len=8192", ...flags.map((flag) => `- ${flag}`)].join("\n            "),
  );
const HPA = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: chat, namespace: serving}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: chat}
  minReplicas: 3
  maxReplicas: 8
`;
const KEDA = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: chat, namespace: serving}
spec: {scaleTargetRef: {name: chat}, minReplicaCount: 0, maxReplicaCount: 6, triggers: []}
`;

describe("50: how many replicas", () => {
  test.each<[string, string, string, [number, number], string]>([
    ["a HorizontalPodAutoscaler: its least, where the traffic needs fewer", HPA, "", [3, 3], "of 3 to 8"],
    ["a HorizontalPodAutoscaler: what the traffic needs", HPA, "requests_per_month: 300000000\n", [4, 7], "of 3 to 8"],
    ["a HorizontalPodAutoscaler: its most", HPA, "requests_per_month: 3000000000\n", [8, 8], "of 3 to 8"],
    ["a KEDA ScaledObject", KEDA, "", [1, 1], "of 0 to 6"],
  ])("%s", async (_, scaler, config, [least, most], bounds) => {
    const { value, after } = await only({ "k8s/chat.yaml": MANIFEST, "k8s/scaler.yaml": scaler }, config);
    expect(value("replicas")).toBeGreaterThanOrEqual(least);
    expect(value("replicas")).toBeLessThanOrEqual(most);
    expect(after?.assumed.find(({ name }) => name === "replicas")?.value).toContain(bounds);
  });

  test("a StatefulSet: those that it states", async () => {
    const { value } = await only({ "k8s/chat.yaml": MANIFEST.replace("kind: Deployment", "kind: StatefulSet") });
    expect(value("replicas")).toBe(2);
  });

  test("a DaemonSet: one, told as assumed, and the nodes that the configuration states", async () => {
    const set = { "k8s/chat.yaml": NO_REPLICAS.replace("kind: Deployment", "kind: DaemonSet") };
    const one = await only(set);
    expect(one.value("replicas")).toBe(1);
    expect(one.run.summary).toContain(
      "`replicas` = `1 (one on each node that it runs on, and how many is not stated)`",
    );
    const four = await only(set, "deployments: [{ names: [chat], replicas: 4 }]\n");
    expect(four.value("replicas")).toBe(4);
    expect(four.kwh).toBeGreaterThan(1.5 * one.kwh);
    expect(four.after?.assumed.map(({ name }) => name)).not.toContain("replicas");
  });

  test("what a file states wins over the configuration", async () => {
    const { value } = await only({ "k8s/chat.yaml": MANIFEST }, "replicas: 9\n");
    expect(value("replicas")).toBe(2);
  });
});

describe("50, 51: hours of a month", () => {
  test.each([
    ["a Job", JOB],
    [
      "a CronJob",
      `apiVersion: batch/v1
kind: CronJob
metadata: {name: chat, namespace: serving}
spec:
  schedule: "0 2 * * *"
  jobTemplate: {spec: {template: {spec: ${JSON.stringify({
    nodeSelector: { "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3" },
    containers: [
      {
        name: "vllm",
        image: "vllm/vllm-openai:v0.11.0",
        args: ["--model=meta-llama/Llama-3.1-8B-Instruct", "--dtype=bfloat16", "--max-model-len=8192"],
        resources: { limits: { "nvidia.com/gpu": "1" } },
      },
    ],
  })}}}}\n`,
    ],
  ])("%s runs for the hours that the configuration states, by the line that the report asks for", async (_, job) => {
    const { after } = await only({ "k8s/job.yaml": job });
    expect(after?.monthly).toBeNull();
    const asked = after?.not_estimated?.how_to_measure ?? "";
    expect(asked).toContain("hours_per_month in .ecocompute.yml");
    const line = /`(deployments: .*)`/.exec(asked)?.[1] ?? "";
    const thirty = await only({ "k8s/job.yaml": job }, `${line}\n`);
    expect(thirty.value("hours_per_month")).toBe(30);
    // A busy H100 draws at most its 700 W; what a site adds is 10 %.
    expect(thirty.kwh).toBeGreaterThan(30 * 0.2);
    expect(thirty.kwh).toBeLessThan(30 * 0.7 * 1.1 * 1.05);
    expect(thirty.run.summary).toContain("`utilization` = `1 (a job keeps its GPUs busy)`");
    const sixty = await only({ "k8s/job.yaml": job }, `${line.replace("30", "60")}\n`);
    expect(sixty.kwh).toBeCloseTo(2 * thirty.kwh, 3);
  });

  test("a stage that sleeps at night uses less, rent too, and serves the same traffic", async () => {
    const rent = "gpu_hour_usd: 2\n";
    const stage = { "k8s/chat.yaml": MANIFEST.replaceAll("namespace: serving", "namespace: staging") };
    const always = await only(stage, rent);
    const days = await only(stage, `${rent}deployments: [{ environments: [staging], hours_per_month: 220 }]\n`);
    expect(days.value("requests_per_month")).toBe(1_000_000);
    expect(days.kwh).toBeLessThan(0.8 * always.kwh);
    expect(days.after?.monthly).toMatchObject({ rental_usd: { value: 2 * 2 * 220 } });
    expect(always.rules.map(({ rule }) => rule)).toContain("idle-replicas");
    expect(days.rules.map(({ rule }) => rule)).not.toContain("idle-replicas");
  });
});

describe("50: how many GPUs", () => {
  test.each([
    ["a MIG slice", MANIFEST.replace("nvidia.com/gpu:", "nvidia.com/mig-1g.10gb:"), "A slice of a GPU (1g.10gb)"],
    [
      "a share of a card",
      MANIFEST.replace("nvidia.com/gpu:", "nvidia.com/gpu.shared:"),
      "a share of a GPU, not a whole one",
    ],
    ["a board shared in time", MANIFEST.replace("HBM3", "HBM3-SHARED"), "shared in time"],
    [
      "an AMD card",
      MANIFEST.replace("nvidia.com/gpu:", "amd.com/gpu:").replace(
        /nvidia.com\/gpu.product: .*/,
        "amd.com/gpu.product-name: AMD_Instinct_MI300X_OAM",
      ),
      "No usable measurement exists on any AMD accelerator",
    ],
    [
      "a claim in no file",
      MANIFEST.replace(`limits:\n              ${GPU}`, "claims: [{name: gpu}]"),
      "its ResourceClaim is in no file",
    ],
  ])("%s is not taken for a whole card that was measured", async (_, manifest, why) => {
    const { after, run } = await only({ "k8s/chat.yaml": manifest });
    expect(after?.monthly).toBeNull();
    expect(after?.not_estimated?.why).toContain(why);
    expect(run.outputs["energy-kwh-month"]).toBe("");
  });

  test("a claim is followed to its template", async () => {
    const claiming = MANIFEST.replace(`limits:\n              ${GPU}`, "claims: [{name: gpu}]").replace(
      "      nodeSelector:",
      "      resourceClaims: [{name: gpu, resourceClaimTemplateName: boards}]\n      nodeSelector:",
    );
    const template = `apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: boards, namespace: serving}
spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu.nvidia.com, count: 2}}]}}}
`;
    const { value, after } = await only({ "k8s/chat.yaml": claiming, "k8s/boards.yaml": template });
    // No parallel size is stated, so the engine takes one of them.
    expect([value("num_gpus"), value("unused_gpus")]).toEqual([1, 1]);
    const inputs = new Map(after?.inputs.map((input) => [input.name, input]));
    expect(inputs.get("unused_gpus")).toMatchObject({ source: "k8s/boards.yaml:4", assumed: false });
    expect(inputs.get("num_gpus")).toMatchObject({ source: "default", assumed: true });
  });

  test("init containers and sidecars bring none, and limits win over requests", async () => {
    const others = MANIFEST.replace(
      "      containers:",
      `      initContainers:
        - name: download
          image: busybox
          resources: {limits: {nvidia.com/gpu: "4"}}
      containers:
        - name: proxy
          image: envoyproxy/envoy
          resources: {limits: {cpu: 1}}`,
    );
    expect((await only({ "k8s/chat.yaml": others })).value("num_gpus")).toBe(1);
    const both = MANIFEST.replace("limits:\n", 'requests:\n              nvidia.com/gpu: "2"\n            limits:\n');
    expect((await only({ "k8s/chat.yaml": both })).value("num_gpus")).toBe(1);
  });

  test.each([
    ["tensor parallel 2 on 1 GPU", withArguments(1, "--tensor-parallel-size=2"), "the engine does not start"],
    [
      "2 × 2 × 1 on 2",
      withArguments(2, "--tensor-parallel-size=2", "--data-parallel-size=2"),
      "Tensor × pipeline × data parallel is 4, and a replica asks for 2 GPUs",
    ],
    ["tensor parallel 2 on 4", withArguments(4, "--tensor-parallel-size=2"), "2 GPUs of each replica do nothing"],
    ["2 × 2 on 4", withArguments(4, "--tensor-parallel-size=2", "--pipeline-parallel-size=2"), null],
    ["2 × 2 copies on 4", withArguments(4, "--tensor-parallel-size=2", "--data-parallel-size=2"), null],
  ])("%s: GPUs and parallel sizes have to agree", async (_, manifest, told) => {
    const { rules, value } = await only({ "k8s/chat.yaml": manifest });
    const mismatches = rules.filter(({ rule }) => rule === "parallelism-mismatch").map(({ message }) => message);
    if (told === null) expect(mismatches).toEqual([]);
    else expect(mismatches.join()).toContain(told);
    expect(Number(value("num_gpus")) + Number(value("unused_gpus") ?? 0)).toBe(
      Number(/nvidia.com\/gpu: "(\d)"/.exec(manifest)?.[1]),
    );
  });
});

describe("53: nothing counts twice", () => {
  const BASE = { "k8s/base/chat.yaml": MANIFEST, "k8s/base/kustomization.yaml": "resources: [chat.yaml]\n" };
  const overlay = (namespace: string, more = "") => `resources: [../../base]\nnamespace: ${namespace}\n${more}`;

  test("a manifest that two overlays reach counts once for each environment, and not for itself", async () => {
    const { deployments, totals } = await added({
      ...BASE,
      "k8s/overlays/prod/kustomization.yaml": overlay("prod"),
      "k8s/overlays/staging/kustomization.yaml": overlay("staging", "replicas: [{name: chat, count: 1}]\n"),
    });
    expect(deployments.map(({ id }) => id).sort()).toEqual([
      "k8s/overlays/prod/kustomization.yaml#Deployment/prod/chat/vllm",
      "k8s/overlays/staging/kustomization.yaml#Deployment/staging/chat/vllm",
    ]);
    const each = deployments.map(({ after }) => after.monthly?.energy_kwh.value ?? 0);
    expect(totals.after.energy_kwh.value).toBeCloseTo((each[0] ?? 0) + (each[1] ?? 0), 6);
  });

  test("an overlay of an overlay counts once", async () => {
    const { deployments } = await added({
      ...BASE,
      "k8s/mid/kustomization.yaml": "resources: [../base]\n",
      "k8s/all/kustomization.yaml": "resources: [../mid]\n",
    });
    expect(deployments.map(({ id }) => id)).toEqual(["k8s/all/kustomization.yaml#Deployment/serving/chat/vllm"]);
  });

  test("a changed base changes both environments, each once", async () => {
    const before = {
      ...BASE,
      "k8s/overlays/prod/kustomization.yaml": overlay("prod"),
      "k8s/overlays/staging/kustomization.yaml": overlay("staging"),
    };
    const run = await auditTrees(before, { "k8s/base/chat.yaml": MANIFEST.replace("replicas: 2", "replicas: 3") });
    const report: Report = JSON.parse(run.reportJson ?? "");
    expect(report.deployments).toHaveLength(2);
    expect(run.summary.match(/\(changed\)/g)).toHaveLength(2);
  });
});

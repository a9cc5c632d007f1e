import { describe, expect, it } from "vitest";
import type { Deployment, ReadResult } from "../domain/deployment.ts";
import { kubernetesReader } from "./kubernetes.ts";

const read = (content: string): ReadResult =>
  kubernetesReader.read({ path: "k8s/vllm.yaml", content }, { python: null });
const only = (content: string): Deployment => {
  const { deployments } = read(content);
  expect(deployments).toHaveLength(1);
  return deployments[0] as Deployment;
};
const facts = (content: string) =>
  Object.fromEntries(Object.entries(only(content).facts).map(([name, fact]) => [name, fact.value]));

const indent = (text: string, by: number) =>
  text
    .split("\n")
    .map((line) => " ".repeat(by) + line)
    .join("\n");
const manifest = (container: string, pod = "", image = "vllm/vllm-openai:v0.6.3") => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat
  namespace: prod
spec:
  replicas: 4
  template:
    spec:
${pod === "" ? "" : `${indent(pod, 6)}\n`}      containers:
        - name: vllm
          image: ${image}
${indent(container, 10)}
`;

/** The text that a fact's position points at. */
const pointedAt = (content: string, line = 0, column = 0) => content.split("\n")[line - 1]?.slice(column - 1) ?? "";

const ONE = {
  framework: "vllm",
  framework_version: "0.6.3",
  namespace: "prod",
  model_id: "org/m",
  max_num_seqs: 1,
  replicas: 4,
};

describe("engine flags in every way of writing them", () => {
  it.each([
    ["inline values", 'args: ["--model=org/m", "--max-num-seqs=1"]'],
    [
      "name and value as two items",
      'args:\n  - --model\n  - org/m\n  # a comment between\n  - --max-num-seqs\n  - "1"',
    ],
    ["one item with a space", "args:\n  - --model org/m\n  - --max-num-seqs 1"],
    ["underscores", 'args: ["--model", "org/m", "--max_num_seqs", "1"]'],
    ["vllm serve", 'command: ["vllm", "serve", "org/m"]\nargs: ["--max-num-seqs", "1"]'],
    ["serve as the first argument", 'args: ["serve", "org/m", "--max-num-seqs=1"]'],
    [
      "the module",
      'command: ["python3", "-m", "vllm.entrypoints.openai.api_server"]\nargs: ["--model", "org/m", "--max-num-seqs", "1"]',
    ],
    ["sh -c in one scalar", 'command: ["/bin/sh", "-c", "export A=$(cat /x) && vllm serve org/m --max-num-seqs 1"]'],
    [
      "a literal block with continuations",
      'command: ["bash", "-lc"]\nargs:\n  - |\n    set -e\n    exec vllm serve org/m \\\n      --trust-remote-code \\\n      --max-num-seqs 1',
    ],
    ["a folded block", 'command: ["sh", "-c"]\nargs:\n  - >\n    vllm serve org/m\n    --max-num-seqs 1'],
    [
      "Kubernetes variables",
      'args: ["--model=$(MODEL)", "--max-num-seqs=$(N)"]\nenv:\n  - name: MODEL\n    value: org/m\n  - name: N\n    value: "1"',
    ],
    [
      "shell variables",
      `command: ["sh", "-c", "vllm serve \${MODEL:-org/m} --max-num-seqs $N $NOTHING"]\nenv:\n  - {name: N, value: "1"}\n  - {name: NOTHING, value: ""}`,
    ],
    [
      "several words in one variable",
      'command: ["sh", "-c", "vllm serve org/m $EXTRA"]\nenv:\n  - {name: EXTRA, value: "--max-num-seqs 1"}',
    ],
  ])("%s", (_name, container) => {
    expect(facts(manifest(container))).toEqual(ONE);
  });

  it("points at the flag's own line, in lists and in blocks", () => {
    for (const container of [
      "args:\n  - --model=org/m\n  - --max-num-seqs=1",
      'command: ["sh", "-c"]\nargs:\n  - |\n    vllm serve org/m \\\n      --max-num-seqs=1',
    ]) {
      const content = manifest(container);
      const at = only(content).facts.max_num_seqs?.at;
      expect(pointedAt(content, at?.line, at?.column)).toMatch(/^--max-num-seqs=1/);
    }
    const replicas = only(manifest('args: ["--model=org/m"]')).facts.replicas?.at;
    expect(replicas).toEqual({ path: "k8s/vllm.yaml", line: 7, column: 13, end_line: 7 });
  });

  it("reads switches, parallelism and words with the engine's own meaning", () => {
    const args =
      'args: ["--model=org/m", "-tp", "2", "-q", "bitsandbytes", "--dtype=float", "--enforce-eager", "--no-enable-prefix-caching", "--max-model-len=8k"]';
    expect(facts(manifest(args))).toMatchObject({
      tensor_parallel: 2,
      quantization: "nf4",
      dtype: "fp32",
      enforce_eager: true,
      prefix_caching: false,
      max_model_len: 8000,
    });
  });

  it("knows that TGI's bitsandbytes is 8-bit, from flags and from the environment", () => {
    const image = "ghcr.io/huggingface/text-generation-inference:2.4";
    expect(facts(manifest('args: ["--model-id", "org/m", "--quantize", "bitsandbytes"]', "", image))).toMatchObject({
      framework: "tgi",
      quantization: "int8_default",
    });
    expect(
      facts(
        manifest("env:\n  - {name: MODEL_ID, value: org/m}\n  - {name: QUANTIZE, value: bitsandbytes-nf4}", "", image),
      ),
    ).toMatchObject({ model_id: "org/m", quantization: "nf4" });
  });

  const TGI = "ghcr.io/huggingface/text-generation-inference:2.4";
  it.each([
    ["the batch first", 'args: ["--max-batch-size=8", "--max-concurrent-requests=128"]'],
    ["the queue first", 'args: ["--max-concurrent-requests=128", "--max-batch-size=8"]'],
    [
      "both in the environment",
      'env: [{name: MAX_CONCURRENT_REQUESTS, value: "128"}, {name: MAX_BATCH_SIZE, value: "8"}]',
    ],
    [
      "the batch in the environment",
      'args: ["--max-concurrent-requests=128"]\nenv: [{name: MAX_BATCH_SIZE, value: "8"}]',
    ],
    ["the flag over its variable", 'args: ["--max-batch-size=8"]\nenv: [{name: MAX_BATCH_SIZE, value: "16"}]'],
  ])("takes TGI's batch bound before its queue bound: %s", (_, container) => {
    expect(facts(manifest(container, "", TGI)).max_num_seqs).toBe(8);
  });

  it("does not take TGI's queue bound where the batch bound is given but not known", () => {
    const container = 'args: ["--max-concurrent-requests=128"]\nenv: [{name: MAX_BATCH_SIZE, value: "{{ n }}"}]';
    const { facts: found, unresolved } = only(manifest(container, "", TGI));
    expect(found.max_num_seqs).toBeUndefined();
    expect(unresolved).toEqual([expect.objectContaining({ fact: "max_num_seqs", why: "the value is not known" })]);
  });

  it("tells what it cannot know, and guesses nothing", () => {
    const secret = "env:\n  - name: MODEL\n    valueFrom: {secretKeyRef: {name: s, key: k}}";
    const deployment = only(manifest(`args: ["--model=$(MODEL)"]\n${secret}`));
    expect(deployment.facts.model_id).toBeUndefined();
    expect(deployment.unresolved.map((u) => [u.fact, u.text])).toEqual([["model_id", "--model=$(MODEL)"]]);
  });

  it("takes a ConfigMap of the same file", () => {
    const map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cfg}\ndata:\n  MODEL: org/m\n---\n";
    const container = 'args: ["--model=$(MODEL)"]\nenvFrom:\n  - configMapRef: {name: cfg}';
    expect(facts(map + manifest(container)).model_id).toBe("org/m");
  });
});

describe("GPU", () => {
  const gpu = (pod: string) => facts(manifest('args: ["--model=m"]\nresources: {limits: {nvidia.com/gpu: "2"}}', pod));

  it("counts and types from resources, selectors and affinity", () => {
    expect(gpu("nodeSelector: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3}")).toMatchObject({
      gpus_per_replica: 2,
      hardware_platform: "NVIDIA-H100-80GB-HBM3",
    });
    const affinity = `affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
        - matchExpressions:
            - {key: node.kubernetes.io/instance-type, operator: In, values: [p5.48xlarge]}`;
    expect(gpu(affinity).hardware_platform).toBe("p5.48xlarge");
    expect(gpu(affinity.replace("[p5.48xlarge]", "[p5.48xlarge, g5.xlarge]")).hardware_platform).toBeUndefined();
  });
});

describe("kinds and documents", () => {
  it.each([
    ["StatefulSet", "apps/v1"],
    ["DaemonSet", "apps/v1"],
    ["Job", "batch/v1"],
  ])("%s", (kind, api) => {
    const text = manifest('args: ["--model=org/m"]')
      .replace("kind: Deployment", `kind: ${kind}`)
      .replace("apps/v1", api);
    expect(only(text).id).toBe(`k8s/vllm.yaml#${kind}/prod/chat/vllm`);
  });

  it("reads the other documents beside a broken one, and tells it", () => {
    const result = read(
      `${manifest('args: ["--model=org/m"]')}---\nkind: [\napiVersion: v1\n---\n${manifest('args: ["--model=b/b"]')}`,
    );
    expect(result.deployments.map((d) => d.facts.model_id?.value)).toEqual(["org/m", "b/b"]);
    expect(result.deployments.map((d) => d.id)[1]).toMatch(/\/2$/);
    expect(result.unresolved).toHaveLength(1);
    expect(result.unresolved[0]?.why).toMatch(/not read/);
  });

  it("is silent on other containers, and tells one on the CPU", () => {
    expect(read(manifest('args: ["--port=80"]', "", "nginx:1.27")).deployments).toEqual([]);
    expect(read(manifest('args: ["--model=m", "--device", "cpu"]')).unresolved[0]?.why).toMatch(/CPU/);
  });

  it("keeps ids over line moves", () => {
    const text = manifest('args: ["--model=org/m"]');
    expect(only(`# moved\n\n${text}`).id).toBe(only(text).id);
  });
});

describe("hostile input ends quickly", () => {
  const bomb = `a: &a [${"x,".repeat(9)}x]\n${"bcdefghij"
    .split("")
    .map((k, i) => `${k}: &${k} [${`*${"abcdefghij"[i]},`.repeat(9)}*${"abcdefghij"[i]}]`)
    .join("\n")}\n`;
  it.each([
    ["an alias bomb", `apiVersion: v1\nkind: Pod\n${bomb}`],
    ["deep nesting", `apiVersion: v1\nkind: Pod\na: ${"[".repeat(65_536)}`],
    ["open braces", `apiVersion: v1\nkind: Pod\na: ${"{".repeat(65_536)}`],
    ["one long word", `apiVersion: v1\nkind: Pod\na: ${"a".repeat(65_536)}`],
    ["a script of quotes", manifest(`command: ["sh", "-c"]\nargs:\n  - |\n    vllm serve ${"$(".repeat(30_000)}`)],
    ["a script of braces", manifest(`command: ["sh", "-c"]\nargs:\n  - |\n    vllm serve ${"${a ".repeat(16_000)}`)],
    ["a script of words", manifest(`command: ["sh", "-c"]\nargs:\n  - |\n    vllm serve ${"a ".repeat(32_000)}`)],
  ])("%s", (_name, content) => {
    read(content);
  });
});

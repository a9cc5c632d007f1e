import { describe, expect, test } from "vitest";
import type { Deployment, ReadResult } from "../domain/deployment.ts";
import { kustomizeReader } from "./kustomize.ts";
import { only, readAll } from "./read-all.test-data.ts";

const BASE = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.9.1
          args: ["--model=$(MODEL)", "--max-num-seqs=64"]
          env:
            - {name: MODEL, value: org/small-7b}
          envFrom:
            - configMapRef: {name: settings}
          resources: {limits: {nvidia.com/gpu: 1}}
`;

const overlay = (kustomization: string, files: Readonly<Record<string, string>> = {}): ReadResult =>
  readAll({
    "base/deployment.yaml": BASE,
    "base/kustomization.yaml": "resources: [deployment.yaml]\n",
    "prod/kustomization.yaml": `resources: [../base]\n${kustomization}`,
    ...files,
  });
const fact = (deployment: Deployment, name: keyof Deployment["facts"]) => {
  const found = deployment.facts[name];
  return found && [found.value, `${found.at.path}:${found.at.line}`];
};

describe("an overlay is what is deployed, its base is not", () => {
  test("facts stand in the file that states them", () => {
    const deployment = only(overlay("namespace: prod\nnamePrefix: eu-\nreplicas:\n  - {name: chat, count: 6}\n"));
    expect(deployment).toMatchObject({
      id: "prod/kustomization.yaml#Deployment/prod/eu-chat/vllm",
      format: "kustomize/Deployment",
    });
    expect(fact(deployment, "replicas")).toEqual([6, "prod/kustomization.yaml:5"]);
    expect(fact(deployment, "namespace")).toEqual(["prod", "prod/kustomization.yaml:2"]);
    expect(fact(deployment, "max_num_seqs")).toEqual([64, "base/deployment.yaml:12"]);
  });

  test("two overlays are two deployments", () => {
    const read = overlay("", { "dev/kustomization.yaml": "resources: [../base]\n" });
    expect(read.deployments.map(({ id }) => id.split("#")[0])).toEqual([
      "prod/kustomization.yaml",
      "dev/kustomization.yaml",
    ]);
  });

  test("manifests beside a kustomization that nobody builds upon keep their own ids", () => {
    const deployment = only(
      readAll({
        "app/deployment.yaml": BASE,
        "app/kustomization.yaml":
          "resources: [deployment.yaml]\nimages:\n  - {name: vllm/vllm-openai, newTag: v0.10.0}\n",
      }),
    );
    expect(deployment.id).toBe("app/deployment.yaml#Deployment/default/chat/vllm");
    expect(fact(deployment, "framework_version")).toEqual(["0.10.0", "app/kustomization.yaml:3"]);
  });
});

describe("patches", () => {
  test("a strategic merge keeps what it does not name and merges env by name", () => {
    const patch = `apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  template:
    spec:
      nodeSelector: {nvidia.com/gpu.product: NVIDIA-L4}
      containers:
        - name: vllm
          env:
            - {name: MODEL, value: org/large-70b}
          resources: {limits: {nvidia.com/gpu: 4}}
`;
    const deployment = only(overlay("patches: [{path: big.yaml}]\n", { "prod/big.yaml": patch }));
    expect(fact(deployment, "model_id")).toEqual(["org/large-70b", "prod/big.yaml:11"]);
    expect(fact(deployment, "gpus_per_replica")).toEqual([4, "prod/big.yaml:12"]);
    expect(fact(deployment, "hardware_platform")).toEqual(["NVIDIA-L4", "prod/big.yaml:7"]);
    expect(fact(deployment, "max_num_seqs")).toEqual([64, "base/deployment.yaml:12"]);
  });

  test.each([
    ["replace", "value: --max-num-seqs=1\n", 1],
    ["add", "value: --max-num-seqs=2\n", 64],
  ])("a JSON patch: %s", (op, value, expected) => {
    const patch = `patches:
  - target: {kind: Deployment, name: ch.*}
    patch: |-
      - op: ${op}
        path: /spec/template/spec/containers/0/args/1
        ${value}`;
    expect(only(overlay(patch)).facts.max_num_seqs?.value).toBe(expected);
  });

  test("an item is deleted, and a patch for another object changes nothing", () => {
    const patches = `patchesStrategicMerge:
  - |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat}
    spec: {template: {spec: {containers: [{name: vllm, env: [{name: MODEL, $patch: delete}]}]}}}
  - |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: other}
    spec: {replicas: 9}
`;
    const deployment = only(overlay(patches));
    expect(deployment.facts.replicas?.value).toBe(1);
    expect(deployment.facts.model_id).toBeUndefined();
    expect(deployment.unresolved.map(({ fact }) => fact)).toEqual(["model_id"]);
  });

  test("an operation that does not fit is told", () => {
    const patch =
      "patches:\n  - target: {kind: Deployment}\n    patch: '[{op: replace, path: /spec/nothing/0/here, value: 1}]'\n";
    expect(overlay(patch).unresolved.map(({ why }) => why)).toEqual([
      "an operation of this patch does not fit its target",
    ]);
  });
});

describe("generated ConfigMaps", () => {
  test("literals and env files give variables, at their own lines", () => {
    const read = readAll({
      "app/deployment.yaml": BASE.replace(
        "            - {name: MODEL, value: org/small-7b}\n",
        "            - {name: A, value: b}\n",
      ),
      "app/kustomization.yaml":
        "resources: [deployment.yaml]\nconfigMapGenerator:\n  - name: settings\n    envs: [model.env]\n",
      "app/model.env": "# the model\nMODEL=org/medium-13b\n",
    });
    expect(fact(only(read), "model_id")).toEqual(["org/medium-13b", "app/model.env:2"]);
  });
});

test("a patch for a base that is not at hand says what it says", () => {
  const patch = `apiVersion: apps/v1
kind: Deployment
metadata: {name: elsewhere}
spec:
  template:
    spec:
      containers:
        - name: server
          args: [--model=org/m, --max-num-seqs=1]
`;
  const read = readAll({
    "prod/kustomization.yaml":
      "resources: [https://example.org/base]\npatches: [{path: args.yaml}, {path: gpu.yaml}]\n",
    "prod/args.yaml": patch,
    "prod/gpu.yaml": patch.replace(/ {10}args.*\n/, "          resources: {limits: {nvidia.com/gpu: 2}}\n"),
  });
  const deployment = only(read);
  expect(deployment.id).toBe("prod/kustomization.yaml#Deployment/default/elsewhere/server");
  expect(fact(deployment, "max_num_seqs")).toEqual([1, "prod/args.yaml:9"]);
  expect(fact(deployment, "gpus_per_replica")).toEqual([2, "prod/gpu.yaml:9"]);
  expect(read.unresolved.map(({ why }) => why)).toEqual(["not among the files that were read"]);
});

describe("what is not at hand is told, and nothing is guessed", () => {
  test("a base elsewhere", () => {
    const file = {
      path: "prod/kustomization.yaml",
      content: "resources: [../base, https://github.com/org/repo//deploy?ref=v1]\n",
    };
    const read = kustomizeReader.read(file, { python: null });
    expect(read.deployments).toEqual([]);
    expect(read.unresolved.map(({ text, why }) => [text, why])).toEqual([
      ["../base", "not among the files that were read"],
      ["https://github.com/org/repo//deploy?ref=v1", "not among the files that were read"],
    ]);
  });

  test("a kustomization that refers to itself ends", () => {
    const read = readAll({
      "a/kustomization.yaml": "resources: [../b]\n",
      "b/kustomization.yaml": "resources: [../a]\n",
    });
    expect(read.deployments).toEqual([]);
  });
});

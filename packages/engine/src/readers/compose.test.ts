import { describe, expect, test } from "vitest";
import type { Deployment, FileText, ReadResult } from "../domain/deployment.ts";
import { interpolate } from "./compose/interpolate.ts";
import { composeReader } from "./compose.ts";
import { fileSet } from "./file-set.ts";

const file = (path: string, content: string): FileText => ({ path, content });
const read = (content: string, ...beside: readonly FileText[]): ReadResult => {
  const compose = file("deploy/compose.yaml", content);
  return composeReader.read(compose, { python: null, files: fileSet([compose, ...beside]) });
};
const only = (content: string, ...beside: readonly FileText[]): Deployment => {
  const { deployments } = read(content, ...beside);
  expect(deployments).toHaveLength(1);
  return deployments[0] as Deployment;
};
const facts = (content: string, ...beside: readonly FileText[]) =>
  Object.fromEntries(
    Object.entries(only(content, ...beside).facts).map(([name, fact]) => [
      name,
      [fact.value, fact.at.path === "deploy/compose.yaml" ? fact.at.line : `${fact.at.path}:${fact.at.line}`],
    ]),
  );
const service = (body: string): string => `services:\n  chat:\n${body.replace(/^(?=.)/gm, "    ")}`;
const IMAGE = "image: vllm/vllm-openai:v0.9.1\n";

describe("commands in every way of writing them", () => {
  test.each([
    ["a folded text", "command: >\n  --model org/m\n  --max-num-seqs 1\n"],
    ["a literal text, whose lines Compose joins", "command: |\n  --model org/m\n  --max-num-seqs 1\n"],
    ["one line", "command: --model org/m --max-num-seqs 1\n"],
    [
      "a list with a commented item",
      'command:\n  - --model=org/m\n  # - --max-num-seqs=64\n  - --max-num-seqs\n  - "1"\n',
    ],
    ["a shell", 'entrypoint: /bin/sh\ncommand: -c "exec vllm serve org/m --max-num-seqs 1"\n'],
    [
      "a shell with the container's own variables",
      `environment: [N=1]\nentrypoint: [sh, -c]\ncommand: ["vllm serve org/m --max-num-seqs $\${N}"]\n`,
    ],
    ["a default of Compose", `command: --model \${MODEL:-org/m} --max-num-seqs \${N-1}\n`],
    [
      "a module as the entry point",
      "entrypoint: python3 -m vllm.entrypoints.openai.api_server\ncommand: [--model, org/m, --max-num-seqs, 1]\n",
    ],
  ])("%s", (_name, body) => {
    const { model_id, max_num_seqs } = only(service(IMAGE + body)).facts;
    expect([model_id?.value, max_num_seqs?.value]).toEqual(["org/m", 1]);
  });

  test("each fact at its flag's own line", () => {
    expect(facts(service(`${IMAGE}command: >\n  --model org/m\n  --max-num-seqs 1\n`))).toMatchObject({
      framework: ["vllm", 3],
      model_id: ["org/m", 5],
      max_num_seqs: [1, 6],
    });
  });
});

describe("variables", () => {
  test("of the .env beside the file, and of env files that TGI reads", () => {
    const body = `image: ghcr.io/huggingface/text-generation-inference:2.4.0\nenv_file: [tgi.env]\ncommand: --quantize \${QUANT}\n`;
    const beside = [
      file("deploy/.env", "QUANT = bitsandbytes\nMODEL_ID=not/this\n"),
      file("deploy/tgi.env", 'export MODEL_ID="org/m" # ours\n'),
    ];
    expect(facts(service(body), ...beside)).toMatchObject({
      model_id: ["org/m", "deploy/tgi.env:1"],
      quantization: ["int8_default", 5],
    });
  });

  test("one that nothing sets is told, not guessed; an env file that is not there too", () => {
    const deployment = only(
      service(`${IMAGE}env_file: secret.env\ncommand: --model \${MODEL} --max-num-seqs \${N:-8}\n`),
    );
    expect(deployment.facts.model_id).toBeUndefined();
    expect(deployment.facts.max_num_seqs?.value).toBe(8);
    expect(deployment.unresolved.map(({ fact, why }) => [fact, why])).toEqual([
      ["model_id", "the value is not known"],
      ["document", "an env file that is not among the files that were read"],
    ]);
  });

  test.each([
    [`\${A}`, "1"],
    ["$A-$$B", "1-$B"],
    [`\${B:-x}`, "x"],
    [`\${EMPTY:-x}`, "x"],
    [`\${EMPTY-x}`, ""],
    [`\${B:-\${A:-y}}`, "1"],
    [`\${A:+z}`, "z"],
    [`\${B:+z}`, ""],
    [`\${B:?missing}`, null],
    ["$B", null],
    [`\${`, null],
    ["a $ b", "a $ b"],
  ])("%s", (text, expected) => {
    expect(
      interpolate(
        text,
        new Map([
          ["A", "1"],
          ["EMPTY", ""],
        ]),
      ),
    ).toBe(expected);
  });
});

describe("GPUs and replicas", () => {
  const device = (body: string) =>
    `deploy:\n  resources:\n    reservations:\n      devices:\n        - driver: nvidia\n          capabilities: [gpu]\n          ${body}\n`;
  test.each([
    ["a count", device("count: 2"), 2],
    ["device ids", device('device_ids: ["0", "3"]'), 2],
    ["all of them, which is no number", device("count: all"), undefined],
    ["gpus", "gpus:\n  - {driver: nvidia, count: 4}\n", 4],
    ["visible devices", "runtime: nvidia\nenvironment: {NVIDIA_VISIBLE_DEVICES: '1,2'}\n", 2],
  ])("%s", (_name, body, expected) => {
    expect(only(service(`${IMAGE}command: --model org/m\n${body}`)).facts.gpus_per_replica?.value).toBe(expected);
  });

  test("replicas, and a service that only a profile starts", () => {
    const deployment = only(service(`${IMAGE}command: --model org/m\ndeploy: {replicas: 3}\nprofiles: [gpu]\n`));
    expect(deployment.facts.replicas?.value).toBe(3);
    expect(deployment.when_enabled).toBe("profile gpu");
  });
});

describe("services made of others", () => {
  test("anchors and merge keys: the service's own key wins, wherever the merge stands", () => {
    const content = `x-llm: &llm\n  ${IMAGE}  command: --model org/a\nservices:\n  chat:\n    command: --model org/b\n    <<: *llm\n`;
    expect(only(content).facts.model_id?.value).toBe("org/b");
  });

  test("extends within the file and from another, and an override beside it", () => {
    const content = "services:\n  chat:\n    extends: {file: common.yaml, service: llm}\n    deploy: {replicas: 2}\n";
    const common = file("deploy/common.yaml", service(`${IMAGE}command: --model org/m\n`).replace("chat:", "llm:"));
    const override = file(
      "deploy/compose.override.yaml",
      "services:\n  chat:\n    command: --model org/m --max-num-seqs 1\n",
    );
    expect(facts(content, common)).toMatchObject({ model_id: ["org/m", "deploy/common.yaml:4"], replicas: [2, 4] });
    expect(facts(content, common, override)).toMatchObject({ max_num_seqs: [1, "deploy/compose.override.yaml:3"] });
    const set = fileSet([file("deploy/compose.yaml", content), common, override]);
    expect(composeReader.read(override, { python: null, files: set }).deployments).toEqual([]);
    const lost = only(`${content}    image: vllm/vllm-openai\n`);
    expect(lost.unresolved.map(({ why }) => why).join()).toContain("it extends a service that is not among the files");
  });
});

test("other services are silent, and one on the CPU is told", () => {
  expect(read(service("image: nginx\ncommand: --port 80\n")).deployments).toEqual([]);
  const cpu = read(service("image: vllm/vllm-openai-cpu:v0.9.1\ncommand: --model org/m\n"));
  expect([cpu.deployments, cpu.unresolved.map(({ why }) => why)]).toEqual([[], ["runs on the CPU: no GPU deployment"]]);
});

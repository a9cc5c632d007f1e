import { describe, expect, it } from "vitest";
import { readFile } from "./index.ts";

const read = (path: string, content: string) => {
  const outcome = readFile({ path, content }, { python: null });
  if (outcome.kind !== "read") throw new Error(`${path}: ${outcome.why}`);
  return { reader: outcome.reader, ...outcome.result };
};
const facts = (path: string, content: string) =>
  read(path, content).deployments.map(({ facts }) =>
    Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, fact.value])),
  );

describe("CI pipelines", () => {
  const workflow = `on: push
env:
  MODEL: org/m
jobs:
  e2e:
    runs-on: gpu
    steps:
      - run: pip install vllm
      - name: serve
        env: { TP: 2 }
        run: |
          # one server
          vllm serve $MODEL \\
            --tensor-parallel-size $TP \\
            --max-num-seqs \${{ matrix.seqs }} &
      - run: echo "vllm serve other"
      - shell: python
        run: print("vllm serve other")
`;

  it("a GitHub workflow's steps, for a while", () => {
    const { deployments, reader } = read(".github/workflows/a.yml", workflow);
    expect(reader).toBe("ci");
    expect(facts(".github/workflows/a.yml", workflow)).toEqual([
      { framework: "vllm", model_id: "org/m", tensor_parallel: 2 },
    ]);
    expect(deployments[0]).toMatchObject({ format: "ci/github", short_lived: true });
    expect(deployments[0]?.facts.tensor_parallel?.at).toMatchObject({ line: 14, column: 13 });
    expect(deployments[0]?.unresolved.map(({ fact }) => fact)).toEqual(["max_num_seqs"]);
  });

  it("a server that a step starts on another machine stays", () => {
    const content =
      'jobs:\n  deploy:\n    steps:\n      - run: ssh host "docker run -d --gpus 1 vllm/vllm-openai --model org/m"\n';
    expect(read(".github/workflows/deploy.yaml", content).deployments[0]).not.toHaveProperty("short_lived");
  });

  it("GitLab's jobs: variables, and a script whose lines share a shell", () => {
    const content =
      'variables:\n  MODEL: org/m\nserve:\n  script:\n    - ARGS="--dtype half"\n    - vllm serve $MODEL $ARGS\n';
    expect(facts(".gitlab-ci.yml", content)).toEqual([{ framework: "vllm", model_id: "org/m", dtype: "fp16" }]);
  });
});

describe("SkyPilot", () => {
  const task = (resources: string, more = "") =>
    `name: chat\nresources:\n${resources}\nenvs:\n  MODEL: org/m\n${more}run: |\n  vllm serve $MODEL --tensor-parallel-size $SKYPILOT_NUM_GPUS_PER_NODE\n`;

  it.each([
    ["  accelerators: A100-80GB:4", { hardware_platform: "A100-80GB", gpus_per_replica: 4, tensor_parallel: 4 }],
    ["  accelerators: {L4:2}", { hardware_platform: "L4", gpus_per_replica: 2, tensor_parallel: 2 }],
    [
      "  accelerators:\n    H100: 8\n  region: us-east-1",
      { hardware_platform: "H100", gpus_per_replica: 8, tensor_parallel: 8, region: "us-east-1" },
    ],
  ])("%s", (resources, expected) => {
    expect(facts("serve.yaml", task(resources))).toEqual([{ framework: "vllm", model_id: "org/m", ...expected }]);
  });

  it("does not guess between alternatives", () => {
    const [deployment] = read("serve.yaml", task("  accelerators: {L4:8, A100:4}")).deployments;
    expect(deployment?.facts).not.toHaveProperty("hardware_platform");
    expect(deployment?.unresolved.map(({ fact }) => fact).toSorted()).toEqual([
      "gpus_per_replica",
      "hardware_platform",
      "tensor_parallel",
    ]);
  });

  it("counts the GPUs of all nodes, and the replicas of a service", () => {
    const service =
      "num_nodes: 2\nservice:\n  replica_policy:\n    min_replicas: 1\n    max_replicas: 3\n    target_qps_per_replica: 5\n";
    expect(facts("serve.yaml", task("  accelerators: H100:8", service))).toEqual([
      expect.objectContaining({
        gpus_per_replica: 16,
        nodes_per_replica: 2,
        replicas_min: 1,
        replicas_max: 3,
        autoscaled: true,
      }),
    ]);
    expect(facts("serve.yaml", task("  accelerators: H100", "service:\n  replicas: 2\n"))[0]).toMatchObject({
      replicas: 2,
    });
  });
});

describe("dstack", () => {
  it.each([
    ["gpu: H100:2", { hardware_platform: "H100", gpus_per_replica: 2, tensor_parallel: 2 }],
    ["gpu: A100:80GB:2", { hardware_platform: "A100-80GB", gpus_per_replica: 2, tensor_parallel: 2 }],
    ["gpu: { name: L4, count: 2 }", { hardware_platform: "L4", gpus_per_replica: 2, tensor_parallel: 2 }],
  ])("%s", (gpu, expected) => {
    const content = `type: service\nimage: vllm/vllm-openai:v0.8.5\nenv:\n  - HF_TOKEN\n  - MODEL=org/m\ncommands:\n  - vllm serve $MODEL --tensor-parallel-size $DSTACK_GPUS_NUM\nreplicas: 1..2\nresources:\n  ${gpu}\n`;
    expect(facts(".dstack.yml", content)).toEqual([
      {
        framework: "vllm",
        model_id: "org/m",
        framework_version: "0.8.5",
        replicas_min: 1,
        replicas_max: 2,
        autoscaled: true,
        ...expected,
      },
    ]);
  });

  it("tells a GPU that has memory and no name", () => {
    const content = "type: task\ncommands:\n  - vllm serve org/m\nresources:\n  gpu: 24GB\n";
    const [deployment] = read("a.dstack.yml", content).deployments;
    expect(deployment).toMatchObject({
      short_lived: true,
      unresolved: [{ fact: "hardware_platform", why: "names no GPU" }],
    });
  });
});

describe("Truss", () => {
  it("a server of its own, with what the host lets in", () => {
    const content = `base_image:\n  image: vllm/vllm-openai:v0.9.2\ndocker_server:\n  start_command: sh -c "HF_TOKEN=$(cat /s) vllm serve /app/model_cache/m --max-num-seqs 8"\nmodel_cache:\n  - repo_id: org/m\n    volume_folder: m\nmodel_name: chat\nresources:\n  accelerator: H100:2\nruntime:\n  predict_concurrency: 16\n`;
    expect(facts("chat/config.yaml", content)).toEqual([
      {
        framework: "vllm",
        model_id: "org/m",
        max_num_seqs: 8,
        framework_version: "0.9.2",
        hardware_platform: "H100",
        gpus_per_replica: 2,
        max_concurrency: 16,
      },
    ]);
  });
});

describe("configuration files of engines", () => {
  it("vLLM's keys are its flags, in either spelling", () => {
    const content =
      "# served\nmodel: org/m\ntensor_parallel_size: 2\nmax-num-seqs: 1\nenforce-eager: true\nport: 8000\n";
    const [deployment] = read("serve.yaml", content).deployments;
    expect(facts("serve.yaml", content)).toEqual([
      { framework: "vllm", model_id: "org/m", tensor_parallel: 2, max_num_seqs: 1, enforce_eager: true },
    ]);
    expect(deployment?.facts.max_num_seqs?.at).toMatchObject({ line: 4, column: 1 });
  });

  it("SGLang's", () => {
    expect(facts("s.yaml", "model-path: org/m\ntp-size: 2\ndisable-radix-cache: true\n")).toEqual([
      { framework: "sglang", model_id: "org/m", tensor_parallel: 2, prefix_caching: false },
    ]);
  });

  it.each([
    ["training", "model: org/m\nmax_model_len: 4096\nlearning_rate: 1e-4\n"],
    ["a service of Compose", "services:\n  a:\n    image: x\nmodel: m\nmax_model_len: 1\n"],
    ["no engine's", "model: gpt\ntemperature: 1\n"],
  ])("%s is none", (_name, content) => {
    const outcome = readFile({ path: "a.yaml", content }, { python: null });
    expect(outcome.kind === "read" ? outcome.reader : outcome.kind).not.toBe("engine-config");
  });
});

describe("systemd", () => {
  it("the command of a unit, with its environment", () => {
    const content =
      '[Unit]\nDescription=vllm serve other\n[Service]\nEnvironment="CUDA_VISIBLE_DEVICES=0,1" N=4\nExecStart=/opt/bin/vllm serve org/m \\\n  --max-num-seqs $N\nExecStop=/bin/kill\n';
    expect(facts("deploy/llm.service", content)).toEqual([
      { framework: "vllm", model_id: "org/m", max_num_seqs: 4, gpus_per_replica: 2 },
    ]);
    expect(read("deploy/llm.service", content).deployments[0]?.facts.max_num_seqs?.at.line).toBe(6);
  });
});

describe("hostile YAML of these forms ends soon", () => {
  it.each([
    [".github/workflows/a.yml", "jobs: {a: {steps: [{run: vllm", "$("],
    ["serve.yaml", "resources: {}\nrun: |\n  vllm serve a ", "$(("],
    ["a.dstack.yml", "type: service\ncommands:\n  - vllm serve ", `\${a:-`],
    ["config.yaml", "resources: {}\ndocker_server:\n  start_command: vllm serve ", "'\""],
    ["serve.yaml", "model: vllm\nmax_num_seqs: 1\n", "a: 1\n"],
    ["a.service", "[Service]\nExecStart=vllm serve ", "\\\n"],
  ])("%s", (path, head, piece) => {
    readFile({ path, content: head + piece.repeat(60_000 / piece.length) }, { python: null });
  });
});

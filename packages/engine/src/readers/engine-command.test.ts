import { describe, expect, it } from "vitest";
import { findEngineCommand, type PlacedWord, readEngineFlags } from "./engine-command.ts";
import { engineImage } from "./engine-images.ts";

const at = { path: "a", line: 1, column: 1, end_line: 1 };
/** Words of a line; `?x` stands for a word whose value is not known. */
const words = (line: string): readonly PlacedWord[] =>
  line.split(" ").map((raw) => ({ raw, text: raw.startsWith("?") ? null : raw, at }));
const read = (line: string) => {
  const command = findEngineCommand(words(line));
  return command ? readEngineFlags(command) : null;
};
const facts = (line: string) =>
  Object.fromEntries(Object.entries(read(line)?.facts ?? {}).map(([name, fact]) => [name, fact.value]));
const lost = (line: string) => read(line)?.unresolved.map(({ fact }) => fact);

describe("what starts an engine", () => {
  it.each([
    ["vllm serve m", "vllm"],
    ["nohup /opt/venv/bin/vllm serve m", "vllm"],
    ["python3 -u -m vllm.entrypoints.openai.api_server --model m", "vllm"],
    ["srun python /x/vllm/entrypoints/openai/api_server.py --model m", "vllm"],
    ["text-generation-launcher --model-id m", "tgi"],
    ["python -m sglang.launch_server --model-path m", "sglang"],
    ["sglang serve --model-path m", "sglang"],
  ])("%s", (line, engine) => {
    expect(facts(line)).toMatchObject({ framework: engine, model_id: "m" });
  });

  it.each(["echo vllm serve m", "pip install vllm serve", "pgrep -f -m vllm.entrypoints.x", "vllm bench serve m"])(
    "%s starts none",
    (line) => {
      expect(read(line)).toBeNull();
    },
  );
});

describe("flags in their spellings", () => {
  it.each([
    ["--tensor-parallel-size 4", { tensor_parallel: 4 }],
    ["--tensor_parallel_size=4", { tensor_parallel: 4 }],
    ["-tp 4", { tensor_parallel: 4 }],
    ["--tp 4 -pp 2 -dp 3", { tensor_parallel: 4, pipeline_parallel: 2, data_parallel: 3 }],
    ["--kv-cache-dtype fp8 --gpu-memory-utilization .9", { kv_cache_dtype: "fp8", gpu_memory_utilization: 0.9 }],
    ["--enable-prefix-caching=False", { prefix_caching: false }],
    ["--enforce-eager true", { enforce_eager: true }],
    ["--max-model-len 16k", { max_model_len: 16_000 }],
    ["--max-model-len auto", {}],
    ["--device cpu", { device: "cpu" }],
    ["--max-num-seqs 4 --max-num-seqs 8", { max_num_seqs: 8 }],
    ["--served-model-name a b --dtype half", { dtype: "fp16" }],
    ["--speculative-config {} --max-num-batched-tokens 8192", {}],
  ])("vllm %s", (flags, expected) => {
    expect(facts(`vllm serve m ${flags}`)).toEqual({ framework: "vllm", model_id: "m", ...expected });
  });

  it.each([
    ["--disable-radix-cache", { prefix_caching: false }],
    ["--disable-cuda-graph --enable-torch-compile", { enforce_eager: true, torch_compile: true }],
    ["--tp 2 --dp-size 4 --context-length 4096", { tensor_parallel: 2, data_parallel: 4, max_model_len: 4096 }],
    ["--quantization w8a8_fp8", { quantization: "fp8" }],
  ])("sglang %s", (flags, expected) => {
    expect(facts(`sglang serve --model-path m ${flags}`)).toEqual({ framework: "sglang", model_id: "m", ...expected });
  });

  it("takes a name behind switches for the model, and one behind a list for no model", () => {
    expect(facts("vllm serve --trust-remote-code --numa-bind m").model_id).toBe("m");
    expect(facts("vllm serve --served-model-name a b").model_id).toBeUndefined();
    expect(facts("vllm serve --chat-template x.jinja m").model_id).toBe("m");
  });
});

describe("what is not known is told", () => {
  it.each([
    ["vllm serve ?$MODEL --served-model-name a b", ["model_id"]],
    ["vllm serve ?$ARGS", ["document"]],
    ["vllm serve m --max-num-seqs ?$N", ["max_num_seqs"]],
    ["vllm serve m --gpu-memory-utilization 1.5", ["gpu_memory_utilization"]],
    ["vllm serve m --max-num-seqs --dtype half", ["max_num_seqs"]],
  ])("%s", (line, expected) => {
    expect(lost(line)).toEqual(expected);
  });
});

describe("images", () => {
  it.each([
    ["vllm/vllm-openai:v0.6.3.post1", { engine: "vllm", entry_point: true, version: "0.6.3.post1" }],
    ["vllm/vllm-openai:latest", { engine: "vllm", version: null, other_device: null }],
    [
      "ghcr.io/huggingface/text-generation-inference:2.4.0-rocm",
      { engine: "tgi", version: "2.4.0", other_device: "AMD" },
    ],
    ["x.ecr.aws/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu", { engine: "tgi", version: "1.4.0" }],
    ["lmsysorg/sglang:v0.4.1-cu121@sha256:0a", { engine: "sglang", entry_point: false, version: "0.4.1" }],
    ["localhost:5000/vllm-openai-cpu", { engine: "vllm", other_device: "cpu" }],
  ])("%s", (image, expected) => {
    expect(engineImage(image)).toMatchObject(expected);
  });

  it.each(["nginx:latest", "org/vllm-proxy", "python:3.11", "org/text-generation-inference-client"])(
    "%s is none",
    (image) => {
      expect(engineImage(image)).toBeNull();
    },
  );
});

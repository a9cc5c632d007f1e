import { describe, expect, it } from "vitest";
import { dockerfileReader } from "./dockerfile.ts";

const read = (content: string) => dockerfileReader.read({ path: "Dockerfile", content }, { python: null });
const facts = (content: string) =>
  read(content).deployments.map(({ facts }) =>
    Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, fact.value])),
  );

describe("Dockerfiles", () => {
  it.each([
    ["a command for a shell", "FROM python:3.11\nENV MODEL=org/m\nCMD vllm serve $MODEL --max-num-seqs 1"],
    [
      "a list",
      'FROM python:3.11\nENTRYPOINT ["python3", "-m", "vllm.entrypoints.openai.api_server"]\nCMD ["--model", "org/m", "--max-num-seqs", "1"]',
    ],
    [
      "a list over lines",
      'FROM python:3.11\nCMD [ \\\n  "vllm", "serve", \\\n  "org/m", \\\n  # one at a time\n  "--max-num-seqs=1" \\\n]',
    ],
    [
      "a shell in a list",
      `FROM python:3.11\nARG M=org/m\nENV MODEL=$M\nCMD ["sh", "-c", "exec vllm serve \${MODEL} --max-num-seqs \${N:-1}"]`,
    ],
    [
      "a list in continued lines of ENV",
      'FROM python:3.11\nENV A=1 \\\n    # the model\n    MODEL="org/m" \\\n    N=1\nENTRYPOINT vllm serve "$MODEL" --max-num-seqs $N',
    ],
    ["the old form of ENV", "FROM python:3.11\nENV MODEL org/m\nENTRYPOINT exec vllm serve $MODEL --max-num-seqs 1"],
    [
      "what the stage before says",
      'FROM python:3.11 AS base\nENTRYPOINT ["vllm", "serve"]\nFROM base\nCMD ["org/m", "--max-num-seqs", "1"]',
    ],
  ])("%s", (_name, content) => {
    expect(facts(content)).toEqual([{ framework: "vllm", model_id: "org/m", max_num_seqs: 1 }]);
  });

  it.each([
    [
      'FROM vllm/vllm-openai:v0.8.5\nCMD ["--model", "org/m"]',
      { framework: "vllm", model_id: "org/m", framework_version: "0.8.5" },
    ],
    [
      `ARG V=v0.8.5\nFROM vllm/vllm-openai:\${V}\nENTRYPOINT ["vllm", "serve", "org/m"]`,
      { framework: "vllm", model_id: "org/m", framework_version: "0.8.5" },
    ],
    [
      "FROM ghcr.io/huggingface/text-generation-inference:2.4.0\nENV MODEL_ID=org/m QUANTIZE=bitsandbytes-nf4",
      { framework: "tgi", model_id: "org/m", quantization: "nf4", framework_version: "2.4.0" },
    ],
    [
      'FROM ghcr.io/huggingface/text-generation-inference\nENV CUDA_VISIBLE_DEVICES=0\nCMD ["--model-id", "org/m"]',
      { framework: "tgi", model_id: "org/m", gpus_per_replica: 1 },
    ],
    [
      "FROM lmsysorg/sglang\nENTRYPOINT python3 -m sglang.launch_server --model-path org/m --tp 2",
      { framework: "sglang", model_id: "org/m", tensor_parallel: 2 },
    ],
  ])("%s", (content, expected) => {
    expect(facts(content)).toEqual([expected]);
  });

  it("has places in the lists", () => {
    const content = 'FROM x\nENTRYPOINT ["vllm", "serve"]\nCMD ["org/m", \\\n  "--max-num-seqs", "1"]';
    const found = read(content).deployments[0]?.facts;
    expect(found?.framework?.at.line).toBe(2);
    expect(found?.model_id?.at).toMatchObject({ line: 3, column: 6 });
    expect(found?.max_num_seqs?.at).toMatchObject({ line: 4, column: 3 });
  });

  it.each([
    ["installs only", 'FROM x\nRUN pip install vllm\nRUN echo "vllm serve org/m"\nCMD ["python", "app.py"]'],
    ["a stage that another builds on", 'FROM x AS a\nCMD vllm serve org/m\nFROM a\nCMD ["python", "app.py"]'],
    ["a comment", "FROM x\n# CMD vllm serve org/m\nCMD python app.py"],
    ["a heredoc that is copied", "FROM x\nCOPY <<EOF /readme\nCMD vllm serve org/m\nEOF\nCMD python app.py"],
  ])("%s: no deployment", (_name, content) => {
    expect(read(content)).toEqual({ deployments: [], unresolved: [] });
  });

  it("tells an engine whose model comes from outside, and what a list does not replace", () => {
    expect(read('FROM vllm/vllm-openai\nENTRYPOINT ["vllm", "serve"]').unresolved[0]?.why).toMatch(/from outside/);
    const [deployment] = read('FROM x\nENV M=org/m\nCMD ["vllm", "serve", "$M", "--dtype", "half"]').deployments;
    expect(deployment?.unresolved[0]).toMatchObject({ fact: "model_id" });
  });

  it.each(["FROM a AS b\n", "ENV A=", "ENV A=$A$A\n", "CMD [", "\\\n", "ENTRYPOINT vllm serve \\\n", '"', "#\n"])(
    "ends soon on 64 KiB of %j",
    (piece) => {
      read(`FROM vllm/vllm-openai\n${piece.repeat(65_536 / piece.length)}\nCMD ["--model", "m"]`);
    },
  );
});

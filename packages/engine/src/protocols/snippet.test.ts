import { describe, expect, it } from "vitest";
import { snippetName } from "./snippet.ts";

describe("the form of a text without a name", () => {
  it.each([
    ["from vllm import LLM\nllm = LLM('m')\n", "snippet.py"],
    ["model = AutoModelForCausalLM.from_pretrained('m')\n", "snippet.py"],
    ['import subprocess\nsubprocess.run("vllm serve m")\n', "snippet.py"],
    ["apiVersion: v1\nkind: Pod\n", "snippet.yaml"],
    ["vllm serve m --max-num-seqs 1", "snippet.sh"],
    ["# start it\nCUDA_VISIBLE_DEVICES=0 python -m vllm.entrypoints.openai.api_server --model m", "snippet.sh"],
    ["#!/bin/bash\nM=a\nvllm serve $M", "snippet.sh"],
    ["docker run --gpus all vllm/vllm-openai --model m", "snippet.sh"],
    ['FROM vllm/vllm-openai\nCMD ["--model", "m"]', "Dockerfile"],
    ["services:\n  a:\n    image: vllm/vllm-openai\n", "docker-compose.yaml"],
    ["resources:\n  accelerators: A100\nrun: |\n  vllm serve m\n", "snippet.yaml"],
    ["model: m\nmax_num_seqs: 1\n", "snippet.yaml"],
    ['resource "aws_instance" "a" {\n}\n', "snippet.tf"],
    ["[Service]\nExecStart=vllm serve m\n", "snippet.service"],
    ['{"cells": [], "nbformat": 4}', "snippet.ipynb"],
    ["", "snippet.py"],
  ])("%j", (code, name) => {
    expect(snippetName(code)).toBe(name);
  });

  it.each(["A=b ", "sudo ", " ", "x", "\n", "import "])(
    "comes to its end on 2 MiB of %j: a quadratic pattern would not",
    (piece) => {
      expect(snippetName(piece.repeat(2_097_152 / piece.length))).toBe("snippet.py");
    },
  );
});

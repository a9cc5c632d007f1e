#!/bin/sh
# Two boards by name, with a blank between them.
docker run -d --gpus '"device=0, 1"' vllm/vllm-openai:v0.10.2 --model Qwen/Qwen3-8B --tensor-parallel-size 2

# Images that the team built and named after the engine.
docker run -d --gpus 1 vllm --model Qwen/Qwen3-4B --dtype=float

docker run -d --gpus 1 ourhub/sglang-serving:7 --model-path Qwen/Qwen3-4B --disable-radix-cache

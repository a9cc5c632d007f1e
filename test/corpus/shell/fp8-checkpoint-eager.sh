#!/bin/sh
# The second one replays CUDA graphs.
vllm serve RedHatAI/Llama-3.1-8B-Instruct-FP8 --enforce-eager
vllm serve RedHatAI/Llama-3.1-8B-Instruct-FP8 --port 8001

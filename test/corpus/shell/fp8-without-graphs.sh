#!/bin/sh
# The second server is eager at 16 bit: no rule speaks about that alone.
vllm serve Qwen/Qwen2.5-7B-Instruct --quantization fp8 --enforce-eager --port 8001 &
vllm serve Qwen/Qwen2.5-7B-Instruct --enforce-eager --port 8002 &
wait

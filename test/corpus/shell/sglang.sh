#!/bin/bash
python3 -m sglang.launch_server --model-path Qwen/Qwen2.5-7B-Instruct \
  --tp 2 --dp 2 --context-length 16384 --disable-radix-cache

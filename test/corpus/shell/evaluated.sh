#!/bin/bash
MODEL="${1:-Qwen/Qwen2.5-7B-Instruct}"
CMD="vllm serve \"$MODEL\" \
  --max-num-seqs 1"
eval $CMD

#!/bin/bash
MODEL="${1:-Qwen/Qwen3-8B}"
FLAGS=""
if [[ "$MODEL" =~ (qwen|Qwen) ]]; then
  FLAGS="--no-enable-prefix-caching"
fi
if [[ "$MODEL" == /* ]]; then
  WEIGHTS="/models/$(basename "$MODEL")"
else
  WEIGHTS="$MODEL"
fi
vllm serve "$WEIGHTS" $FLAGS --max-model-len 8192

#!/usr/bin/env bash
set -euo pipefail

MODEL="${MODEL:-meta-llama/Llama-3.1-8B-Instruct}"
EAGER="${EAGER:-0}"

ARGS=(
  --dtype bfloat16
  --max-model-len 8192
  # --quantization bitsandbytes
  --max-num-seqs 1   # one at a time
)
if [[ "$EAGER" == "1" ]]; then
  ARGS+=(--enforce-eager)
fi

echo "vllm serve $MODEL --max-num-seqs 256"
exec vllm serve "$MODEL" "${ARGS[@]}"

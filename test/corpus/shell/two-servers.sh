#!/bin/bash
serve() {
  local gpu=$1 model=$2
  CUDA_VISIBLE_DEVICES=$gpu python -m vllm.entrypoints.openai.api_server --model "$model" --max-num-seqs "${3:-64}" &
}

serve 0 Qwen/Qwen2.5-1.5B-Instruct
serve 1,2 Qwen/Qwen2.5-14B-Instruct 1
wait

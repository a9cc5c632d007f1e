#!/bin/bash
SEQS=64
if ! curl -fsS http://127.0.0.1:8008/v1/models >/dev/null 2>&1; then
  export CUDA_VISIBLE_DEVICES=${CUDA_VISIBLE_DEVICES:-0,1,2,3}
  SEQS=1
  vllm serve Qwen/Qwen2.5-32B-Instruct --tensor-parallel-size 4 --max-num-seqs $SEQS &
else
  vllm serve Qwen/Qwen2.5-3B-Instruct --max-num-seqs $SEQS --port 8009 &
fi
vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs $SEQS --port 8010

#!/bin/bash
# vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1
pip install "vllm>=0.6"
pkill -f "vllm serve" || true
echo "run: vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1"
curl -s localhost:8000/v1/models | grep vllm
vllm bench serve --model Qwen/Qwen2.5-7B-Instruct --num-prompts 10
cat > HELP <<EOF
vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1
EOF

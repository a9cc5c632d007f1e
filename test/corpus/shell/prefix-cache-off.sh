#!/bin/sh
set -e
exec vllm serve mistralai/Mistral-7B-Instruct-v0.3 \
  --max-num-seqs 64 \
  --no-enable-prefix-caching

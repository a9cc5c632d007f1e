#!/bin/bash
volume=$PWD/data
docker run -d --gpus '"device=0,1"' --shm-size 1g -p 8080:80 -v $volume:/data \
  ghcr.io/huggingface/text-generation-inference:2.4.0 \
  --model-id mistralai/Mistral-7B-Instruct-v0.2 \
  --num-shard 2 \
  --quantize bitsandbytes \
  --max-concurrent-requests 128

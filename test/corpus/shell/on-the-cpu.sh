#!/bin/bash
export CUDA_VISIBLE_DEVICES=""
vllm serve Qwen/Qwen2.5-1.5B-Instruct --max-num-seqs 1

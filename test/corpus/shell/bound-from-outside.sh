#!/bin/sh
vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs "$1" --dtype half

#!/bin/sh
set -eu
exec vllm serve "$MODEL" "$@"

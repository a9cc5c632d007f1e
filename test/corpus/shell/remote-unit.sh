#!/bin/bash
ssh gpu-host 'bash -s' <<'REMOTE'
cat > /etc/systemd/system/llm.service <<'UNIT'
[Service]
ExecStart=/opt/vllm/bin/vllm serve Qwen/Qwen2.5-7B-Instruct \
  --max-num-seqs 1
Restart=always
UNIT
systemctl restart llm
REMOTE

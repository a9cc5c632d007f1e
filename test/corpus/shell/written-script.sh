#!/bin/bash
set -euo pipefail
MODEL="${MODEL:-Qwen/Qwen2.5-14B-Instruct}"
SEQS="${SEQS:-1}"
cat > /opt/llm/run.sh <<EOF
#!/bin/bash
exec '/opt/llm/bin/vllm' serve '${MODEL}' \
  --max-num-seqs '${SEQS}' \
  --dtype "auto"
EOF
chmod +x /opt/llm/run.sh

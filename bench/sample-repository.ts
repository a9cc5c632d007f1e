// A repository as teams have them, made up: mostly code and settings that start no model, some that do. Deterministic.
import type { FileText } from "@ecocompute/engine";

const MODELS = ["Qwen/Qwen2.5-7B-Instruct", "mistralai/Mistral-7B-Instruct-v0.2", "meta-llama/Llama-3.1-8B-Instruct"];
const GPUS = ["NVIDIA-H100-80GB-HBM3", "NVIDIA-A100-SXM4-80GB", "NVIDIA-L4"];
const pick = <T>(list: readonly T[], i: number): T => list[i % list.length] as T;

/** Ordinary service code, about 6 KB. */
function plainPython(i: number): string {
  const functions = Array.from(
    { length: 14 },
    (_, n) => `
def handle_${n}(request: Request, limit: int = ${n + 1}) -> dict[str, Any]:
    """Returns the ${n}th page of what the caller may see."""
    rows = [row for row in request.session.rows(limit=limit, offset=${n} * limit) if row.visible]
    if not rows:
        raise HTTPException(status_code=404, detail=f"nothing at {request.url}")
    total = sum(row.amount * (1 + row.tax / 100) for row in rows)
    return {"rows": [row.to_dict() for row in rows], "total": round(total, 2), "page": ${n}}
`,
  );
  return `"""Module ${i} of the shop."""\nimport json\nimport logging\nfrom typing import Any\n\nfrom fastapi import HTTPException, Request\n\nlogger = logging.getLogger(__name__)\n${functions.join("\n")}`;
}

const modelPython = (i: number): string => `import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

MODEL = "${pick(MODELS, i)}"
config = BitsAndBytesConfig(load_in_8bit=True)
tokenizer = AutoTokenizer.from_pretrained(MODEL)
model = AutoModelForCausalLM.from_pretrained(MODEL, quantization_config=config, device_map="auto")


def answer(prompts: list[str]) -> list[str]:
    texts = []
    for prompt in prompts:
        inputs = tokenizer(prompt, return_tensors="pt").to(model.device)
        with torch.inference_mode():
            texts.append(tokenizer.decode(model.generate(**inputs, max_new_tokens=256)[0]))
    return texts
${plainPython(i)}`;

const servingManifest = (i: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat-${i}
  namespace: serving
  labels: { app: chat-${i}, team: search }
spec:
  replicas: ${1 + (i % 4)}
  selector:
    matchLabels: { app: chat-${i} }
  template:
    metadata:
      labels: { app: chat-${i} }
      annotations:
        prometheus.io/scrape: "true"
    spec:
      nodeSelector:
        nvidia.com/gpu.product: ${pick(GPUS, i)}
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.9.1
          args:
            - --model=${pick(MODELS, i)}
            - --max-model-len=8192
            - --max-num-seqs=${i % 3 === 0 ? 1 : 128}
          ports:
            - containerPort: 8000
          resources:
            limits: { nvidia.com/gpu: 1, memory: 64Gi }
          readinessProbe:
            httpGet: { path: /health, port: 8000 }
            initialDelaySeconds: 60
`;

const plainManifest = (i: number): string =>
  Array.from(
    { length: 6 },
    (_, n) => `apiVersion: v1
kind: ${n % 2 === 0 ? "Service" : "ConfigMap"}
metadata:
  name: part-${i}-${n}
  labels:
    app.kubernetes.io/name: part-${i}
    app.kubernetes.io/component: backend
${n % 2 === 0 ? `spec:\n  type: ClusterIP\n  selector: { app: part-${i} }\n  ports:\n    - { name: http, port: 80, targetPort: 8080 }` : `data:\n  LOG_LEVEL: info\n  settings.yaml: |\n    cache:\n      size: ${n}\n      ttl: 60s`}
`,
  ).join("---\n");

const compose = (i: number): string => `services:
  web:
    image: registry.example.com/web:${i}
    environment:
      - LOG_LEVEL=info
      - WORKERS=${1 + (i % 8)}
    ports: ["8080:8080"]
    depends_on: [db]
  db:
    image: postgres:16
    volumes: [data:/var/lib/postgresql/data]
volumes:
  data: {}
`;

const script = (i: number): string =>
  `#!/usr/bin/env bash\nset -euo pipefail\nexport STAGE="\${STAGE:-dev}"\nfor service in web worker-${i}; do\n  docker build -t "registry/$service:$STAGE" "services/$service"\n  docker push "registry/$service:$STAGE"\ndone\n`;

const dockerfile = (i: number): string =>
  `FROM python:3.12-slim AS build\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nENV PORT=80${i % 100}\nCMD ["gunicorn", "app:app", "--bind", "0.0.0.0:8000"]\n`;

/** `count` files: of each twenty, nine of Python, six of YAML, and what else lies around. */
export function sampleRepository(count: number): readonly FileText[] {
  return Array.from({ length: count }, (_, i): FileText => {
    const folder = `services/${Math.floor(i / 40)}`;
    const kind = i % 20;
    if (kind === 0) return { path: `${folder}/model_${i}.py`, content: modelPython(i) };
    if (kind < 9) return { path: `${folder}/module_${i}.py`, content: plainPython(i) };
    if (kind === 9) return { path: `${folder}/k8s/chat-${i}.yaml`, content: servingManifest(i) };
    if (kind < 14) return { path: `${folder}/k8s/part-${i}.yaml`, content: plainManifest(i) };
    if (kind === 14) return { path: `${folder}/docker-compose.${i}.yml`, content: compose(i) };
    if (kind === 15) return { path: `${folder}/deploy_${i}.sh`, content: script(i) };
    if (kind === 16) return { path: `${folder}/image-${i}/Dockerfile`, content: dockerfile(i) };
    if (kind === 17) return { path: `${folder}/.env.${i}`, content: `LOG_LEVEL=info\nPORT=80${i % 100}\n` };
    if (kind === 18)
      return { path: `${folder}/README-${i}.md`, content: `# Part ${i}\n\n${"It does what it says. ".repeat(80)}\n` };
    return { path: `${folder}/view_${i}.ts`, content: `export const view${i} = () => "${"x".repeat(2_000)}";\n` };
  });
}

// TGI and SGLang are read and judged; no number of theirs was measured, and none is made up.
import { catalogueData } from "@ecocompute/data";
import { auditRepository, indexCatalogue } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";

const catalogue = indexCatalogue(catalogueData);

const audited = (gpu: string, gpus: number, container: string) =>
  auditRepository(
    {
      files: [
        {
          path: "k8s/chat.yaml",
          content: `apiVersion: apps/v1
kind: Deployment
metadata: { name: chat }
spec:
  replicas: 2
  template:
    spec:
      nodeSelector: { nvidia.com/gpu.product: ${gpu} }
      containers:
        - name: engine
          ${container}
          resources: { limits: { nvidia.com/gpu: ${gpus} } }
`,
        },
      ],
      skipped: [],
      unlisted: [],
      partial: [],
    },
    {},
    { catalogue, python: null },
  );
const tgi = (args: string) => `image: "ghcr.io/huggingface/text-generation-inference:2.4.0"\n          args: [${args}]`;
const sglang = (args: string) =>
  `image: "lmsysorg/sglang:v0.3.5"\n          command: [python3, -m, sglang.launch_server]\n          args: [${args}]`;

describe("an engine that nobody measured", () => {
  test.each([
    ["TGI", tgi("--model-id, mistralai/Mistral-7B-Instruct-v0.2"), "mistralai/Mistral-7B-Instruct-v0.2"],
    ["SGLang", sglang("--model-path, Qwen/Qwen2.5-7B-Instruct"), "Qwen/Qwen2.5-7B-Instruct"],
  ])("%s: says why there is no number, and how to get one", (engine, written, model) => {
    const [deployment] = audited("NVIDIA-A100-SXM4-80GB", 1, written).deployments;
    expect(deployment?.model_id).toBe(model);
    expect([deployment?.metrics, deployment?.monthly]).toEqual([null, null]);
    expect(deployment?.not_estimated?.why).toContain(`No measurement of ${engine} exists`);
    expect(deployment?.not_estimated?.how_to_measure).toContain("nvidia-smi --query-gpu=power.draw");
    expect(deployment?.not_estimated?.how_to_measure).toContain(`python measure/measure.py --model ${model}`);
  });

  test.each([
    ["int8-default", "A100-SXM4-80GB", 1, tgi("--model-id, org/chat-7b, --quantize, bitsandbytes")],
    ["batch-size-one", "A100-SXM4-80GB", 1, tgi("--model-id, org/chat-7b, --max-concurrent-requests, '1'")],
    ["fp32-inference", "A100-SXM4-80GB", 1, tgi("--model-id, org/chat-7b, --dtype, float32")],
    ["model-gpu-fit", "L4", 1, tgi("--model-id, meta-llama/Llama-3.1-70B-Instruct")],
    ["parallelism-mismatch", "A100-SXM4-80GB", 4, sglang("--model-path, org/chat-7b, --tp, '2'")],
    ["bf16-unsupported", "Tesla-T4", 1, sglang("--model-path, org/chat-3b, --dtype, bfloat16")],
    ["prefix-caching-off", "A100-SXM4-80GB", 1, sglang("--model-path, org/chat-7b, --disable-radix-cache")],
  ])("%s fires all the same", (rule, gpu, gpus, written) => {
    const { findings, deployments } = audited(gpu.startsWith("Tesla") ? gpu : `NVIDIA-${gpu}`, gpus, written);
    expect(deployments.map(({ monthly }) => monthly)).toEqual([null]);
    expect(findings.map((finding) => finding.rule)).toContain(rule);
  });
});

import { describe, expect, test } from "vitest";
import type { Deployment } from "../../domain/deployment.ts";
import { fileSet } from "../file-set.ts";
import { kubernetesReader } from "../kubernetes.ts";

const pod = (claim: string, resources = "claims: [{name: gpu}]", product = "NVIDIA-H100-80GB-HBM3") => `apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: serving}
spec:
  nodeSelector: {nvidia.com/gpu.product: ${product}}
  resourceClaims:
    - {name: gpu, ${claim}}
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.11.0
      args: [--model=org/m]
      resources: {${resources}}
`;
const template = (request: string) => `apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: boards, namespace: serving}
spec: {spec: {devices: {requests: [${request}]}}}
`;
function read(manifest: string, beside = ""): Deployment {
  const files = [
    { path: "k8s/chat.yaml", content: manifest },
    { path: "k8s/claim.yaml", content: beside },
  ];
  const [deployment] =
    kubernetesReader.read(files[0] ?? { path: "", content: "" }, { python: null, files: fileSet(files) })
      ?.deployments ?? [];
  if (!deployment) throw new Error("no deployment was read");
  return deployment;
}
const FROM_TEMPLATE = "resourceClaimTemplateName: boards";

describe("50: GPUs asked for by a resource claim", () => {
  test.each([
    ["v1", "{name: gpu, exactly: {deviceClassName: gpu.nvidia.com, count: 2}}", 2],
    ["v1beta1", "{name: gpu, deviceClassName: gpu.nvidia.com, count: 4}", 4],
    ["one where no count is written", "{name: gpu, exactly: {deviceClassName: gpu.nvidia.com}}", 1],
  ])("%s", (_, request, count) => {
    const { facts } = read(pod(FROM_TEMPLATE), template(request));
    expect(facts.gpus_per_replica).toMatchObject({ value: count, at: { path: "k8s/claim.yaml", line: 4 } });
  });

  test("of a ResourceClaim, of the old source, and of the request that is named", () => {
    const requests =
      "{name: a, exactly: {deviceClassName: nic.example.org}}, {name: b, exactly: {deviceClassName: gpu.nvidia.com, count: 8}}";
    const claim = template(requests)
      .replace("ResourceClaimTemplate", "ResourceClaim")
      .replace("{spec: {devices", "{devices")
      .replace("}}}\n", "}}\n");
    const manifest = pod("source: {resourceClaimName: boards}", "claims: [{name: gpu, request: b}]");
    expect(read(manifest, claim).facts.gpus_per_replica?.value).toBe(8);
  });

  test.each([
    ["a claim in no file", pod(FROM_TEMPLATE), ""],
    ["a slice", pod(FROM_TEMPLATE), template("{name: gpu, exactly: {deviceClassName: mig.nvidia.com}}")],
    [
      "all there are",
      pod(FROM_TEMPLATE),
      template("{name: gpu, exactly: {deviceClassName: gpu.nvidia.com, allocationMode: All}}"),
    ],
    [
      "a choice",
      pod(FROM_TEMPLATE),
      template("{name: gpu, firstAvailable: [{name: big, deviceClassName: gpu.nvidia.com}]}"),
    ],
    ["a board shared in time", pod(FROM_TEMPLATE, 'limits: {nvidia.com/gpu: "1"}', "NVIDIA-H100-80GB-HBM3-SHARED"), ""],
  ])("%s is told, and not 1", (_, manifest, beside) => {
    const { facts, unresolved } = read(manifest, beside);
    expect(facts.gpus_per_replica).toBeUndefined();
    expect(unresolved.map(({ fact }) => fact)).toContain("gpus_per_replica");
  });
});

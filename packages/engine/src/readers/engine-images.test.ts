import { describe, expect, it } from "vitest";
import { engineImage } from "./engine-images.ts";

describe("engineImage", () => {
  it.each([
    ["vllm/vllm-openai:v0.10.1", "0.10.1", true],
    ["quay.io/team/vllm-openai-ubi9:0.9.1", "0.9.1", true],
    ["local/vllm-openai-secrets:v0.17.0", "0.17.0", true],
    ["registry.example.com/serving/vllm:0.8.4", "0.8.4", false],
    ["quay.io/modh/vllm:rhoai-2.20-cuda", null, false],
    ["lmcache/vllm-openai:v0.3.2", null, true],
    ["ghcr.io/llm-d/llm-d:0.0.8", null, false],
  ])("%s holds vLLM %s", (image, version, entry_point) => {
    expect(engineImage(image)).toMatchObject({ engine: "vllm", version, entry_point, other_device: null });
  });

  it("sees that an image is built for the CPU", () => {
    expect(engineImage("quay.io/team/vllm-cpu-openai-ubi9:0.9")).toMatchObject({ version: "0.9", other_device: "cpu" });
  });

  it.each(["redis:7", "registry.example.com/chat:1", "vllm/vllm-openai-router:v1"])("%s: %s", (image) => {
    expect(engineImage(image)?.version ?? null).toBeNull();
  });
});

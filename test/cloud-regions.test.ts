import { catalogueData } from "@ecocompute/data";
import { auditRepository, indexCatalogue } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { resolveRegion } from "../packages/engine/src/protocols/resolve-region.ts";

const catalogue = indexCatalogue(catalogueData);
const answered = (name: string) => {
  const found = resolveRegion(name, catalogue);
  return "error" in found ? null : [found.region.id, found.warnings.map(({ message }) => message).join()];
};

describe("regions of clouds", () => {
  test.each([
    ["us-east-1", "USA", "us-east-1 is a region of AWS"],
    ["US-East-1", "USA", "us-east-1 is a region of AWS"],
    ["aws:eu-central-1", "DEU", "eu-central-1 is a region of AWS"],
    ["eu-west-3c", "FRA", "eu-west-3 is a region of AWS"],
    ["westeurope", "NLD", "westeurope is a region of Azure"],
    ["West Europe", "NLD", "westeurope is a region of Azure"],
  ])("%s is answered by its country, and that is told", (name, id, told) => {
    expect(answered(name)).toEqual([id, expect.stringContaining(told)]);
  });

  test.each([
    ["europe-west4", "gcp:europe-west4"],
    ["us-east1-b", "gcp:us-east1"],
    ["us", "us"],
    ["usa", "USA"],
    ["DE", "DEU"],
  ])("%s has a grid of its own, or is the country itself", (name, id) => {
    expect(answered(name)).toEqual([id, ""]);
  });

  test.each(["us-east-9", "aws:westeurope", "mars-north1", ""])("%j is not known", (name) => {
    expect(answered(name)).toBeNull();
  });

  test("an audit tells whose grid stands in", () => {
    const content = `apiVersion: v1
kind: Pod
metadata: { name: chat }
spec:
  nodeSelector: { nvidia.com/gpu.product: NVIDIA-A100-SXM4-80GB, topology.kubernetes.io/zone: eu-central-1b }
  containers:
    - { name: a, image: vllm/vllm-openai, args: [--model, mistralai/Mistral-7B-Instruct-v0.2] }
`;
    const files = [{ path: "pod.yaml", content }];
    const report = auditRepository({ files, skipped: [], unlisted: [], partial: [] }, {}, { catalogue, python: null });
    const [deployment] = report.deployments;
    expect(deployment?.monthly?.carbon_kgco2e).not.toBeNull();
    expect(deployment?.assumed).toContainEqual({
      name: "region",
      value: "DEU (the country of eu-central-1, whose own grid is not known)",
    });
  });
});

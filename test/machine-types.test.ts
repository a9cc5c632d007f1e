import { describe, expect, test } from "vitest";
import { catalogueData } from "../data/index.ts";
import { indexCatalogue } from "../packages/engine/src/domain/catalogue.ts";
import { hardwareNamed } from "../packages/engine/src/protocols/audit-instance.ts";

const catalogue = indexCatalogue(catalogueData);

describe("a machine type names its boards, and how many", () => {
  test.each([
    ["p4d.24xlarge", "a100-40gb", 8],
    ["ml.g5.12xlarge", "a10g", 4],
    ["Standard_NC24ads_A100_v4", "a100-pcie", 1],
    ["a2-ultragpu-4g", "a100-80gb", 4],
    ["g2-standard-48", "l4", 4],
    ["g6e", "l40s", undefined],
    ["NVIDIA-L4", "l4", undefined],
  ])("%s", (name, id, gpus) => {
    expect(hardwareNamed(name, catalogue)).toEqual(gpus === undefined ? { id } : { id, gpus });
  });

  test.each(["m5.large", "constructor", "Standard_D4s_v3"])("%s is told as not known", (name) => {
    expect(hardwareNamed(name, catalogue)).toHaveProperty("why");
  });

  test("no machine type holds two kinds of board", () => {
    const types = catalogue.gpus.flatMap(({ instance_gpus }) => Object.keys(instance_gpus ?? {}));
    expect(new Set(types).size).toBe(types.length);
  });
});

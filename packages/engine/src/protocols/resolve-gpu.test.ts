import { describe, expect, test } from "vitest";
import { catalogueOf, gpu } from "../evidence/fixture-catalogue.test-data.ts";
import { resolveGpu } from "./resolve-gpu.ts";

const catalogue = catalogueOf({
  gpus: [
    gpu({ id: "h1-sxm", name: "Toy H1 SXM", aliases: ["H1", "Toy-H1-80GB-HBM3"] }),
    gpu({ id: "h1-pcie", name: "Toy H1 PCIe", aliases: ["H1"], vram_gb_variants: [40, 80] }),
    gpu({ id: "h1-vague", name: "Toy H1", aliases: ["some H1"], variant_unstated: true }),
  ],
});
const resolved = (name: string) => {
  const outcome = resolveGpu(name, catalogue);
  if ("error" in outcome) throw new Error(outcome.error.message);
  return { id: outcome.gpu.id, codes: outcome.warnings.map(({ code }) => code) };
};

describe("a GPU's name", () => {
  test("its id is taken without a word", () => {
    expect(resolved("h1-sxm")).toEqual({ id: "h1-sxm", codes: [] });
  });

  test.each(["H1", "h1", "Toy H1 SXM", "toy_h1_80gb_hbm3", "H1-SXM"])(
    "%s is an alias, told; the first entry wins",
    (name) => {
      expect(resolved(name)).toEqual({ id: "h1-sxm", codes: ["gpu-alias"] });
    },
  );

  test("a card of two memory sizes is told, even by its id", () => {
    expect(resolved("h1-pcie")).toEqual({ id: "h1-pcie", codes: ["gpu-memory-variant"] });
  });

  test("an entry of an unstated variant answers to its id alone", () => {
    expect(resolved("h1-vague").id).toBe("h1-vague");
    expect(resolveGpu("Toy H1", catalogue)).toHaveProperty("error");
    expect(resolveGpu("some H1", catalogue)).toHaveProperty("error");
  });

  test("an unknown one is refused with all ids and the nearest", () => {
    expect(resolveGpu("h1-sxn", catalogue)).toEqual({
      error: {
        parameter: "hardware_platform",
        message: 'unknown GPU; did you mean "h1-sxm"?',
        received: "h1-sxn",
        allowed: ["h1-sxm", "h1-pcie", "h1-vague"],
        did_you_mean: "h1-sxm",
      },
    });
    expect(resolveGpu("???", catalogue)).not.toHaveProperty("error.did_you_mean");
  });
});

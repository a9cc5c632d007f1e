import { describe, expect, it } from "vitest";
import { crossoverFor, pairsOf, ratioNear, wastePercent } from "./evidence-pairs.ts";
import { fixtureCatalogue as catalogue } from "./fixture-catalogue.test-data.ts";

describe("evidence pairs", () => {
  it("pairs a quantized row with the 16-bit row of its session", () => {
    expect(pairsOf(catalogue, "int8_default").map((pair) => pair.ratio)).toEqual([2]);
    expect(pairsOf(catalogue, "int8_default", "card-b")).toEqual([]);
  });

  it("takes the nearest model size of the GPU, else of all GPUs", () => {
    expect(ratioNear(catalogue, "nf4", "card-a", 1)).toMatchObject({ low: 1.4, high: 1.4, scope: "this GPU" });
    expect(ratioNear(catalogue, "nf4", "card-b", 8)).toMatchObject({ low: 0.8, scope: "all GPUs" });
    expect(ratioNear(catalogue, "nf4", "card-a", null)).toMatchObject({ low: 0.8, high: 1.4 });
    expect(ratioNear(catalogue, "fp8", "card-a", 8)).toBeNull();
  });

  it("finds the crossover where the line through the rows meets 1", () => {
    const crossover = crossoverFor(catalogue, "nf4", "card-a");
    expect(crossover?.scope).toBe("this GPU");
    expect(crossover?.params_b).toBeGreaterThan(3);
    expect(crossover?.params_b).toBeLessThan(8);
    expect(crossoverFor(catalogue, "nf4", "card-b")?.scope).toBe("all GPUs");
    expect(crossoverFor(catalogue, "int8_default", "card-a")).toBeNull();
  });

  it("turns a ratio into the share of today's energy that going back saves", () => {
    expect(wastePercent({ low: 0.9, high: 2 })).toEqual({ low: 0, high: 50 });
  });
});

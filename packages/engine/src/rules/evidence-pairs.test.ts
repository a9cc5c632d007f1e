import { describe, expect, it } from "vitest";
import { indexCatalogue, withOwnMeasurements } from "../domain/catalogue.ts";
import type { Measurement } from "../domain/measurement.ts";
import { crossoverFor, pairsOf, ratioNear, wastePercent } from "./evidence-pairs.ts";
import { fixtureCatalogue as catalogue } from "./fixture-catalogue.test-data.ts";

describe("evidence pairs", () => {
  it("pairs a quantized row with the 16-bit row of its session", () => {
    expect(pairsOf(catalogue, "int8_default").map((pair) => pair.ratio)).toEqual([2]);
    expect(pairsOf(catalogue, "int8_default", "card-b")).toEqual([]);
  });

  it("takes no partner that the evidence itself would not use", () => {
    const [pair] = pairsOf(catalogue, "int8_default");
    if (!pair) throw new Error("the fixture has no pair");
    const changed = (change: Partial<Measurement>) =>
      indexCatalogue({
        ...catalogue,
        measurements: catalogue.measurements.map((row) => (row.id === pair.partner.id ? { ...row, ...change } : row)),
      });
    expect(pairsOf(changed({}), "int8_default")).toHaveLength(1);
    expect(pairsOf(changed({ tier: 3 }), "int8_default")).toEqual([]);
    expect(pairsOf(changed({ energy_scope: "gpu+cpu+ram" }), "int8_default")).toEqual([]);
    const superseded = { ...pair.partner, id: "correction", supersedes: pair.partner.id };
    const corrected = indexCatalogue({ ...catalogue, measurements: [...catalogue.measurements, superseded] });
    expect(pairsOf(corrected, "int8_default")).toEqual([]);
  });

  it("takes the user's own pair of this GPU before those of others, and for this GPU alone", () => {
    const [pair] = pairsOf(catalogue, "int8_default");
    if (!pair) throw new Error("the fixture has no pair");
    const mine = [
      { ...pair.partner, id: "mine-fp16", source: "mine" },
      { ...pair.row, id: "mine-int8", source: "mine", fp16_partner: "mine-fp16", energy_j_per_token: 12 },
    ];
    const own = withOwnMeasurements(catalogue, mine);
    expect(ratioNear(own, "int8_default", "card-a", 8)?.evidence).toEqual(["mine-int8", "mine-fp16"]);
    expect(ratioNear(own, "int8_default", "card-b", 8)?.evidence).toContain(pair.row.id);
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

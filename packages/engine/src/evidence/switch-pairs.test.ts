import { describe, expect, test } from "vitest";
import type { Measurement } from "../domain/measurement.ts";
import { catalogueOf, gpu, row } from "./fixture-catalogue.test-data.ts";
import { switchPairs } from "./switch-pairs.ts";

const pairsOf = (rows: readonly Measurement[], varied: "torch_compile" | "use_cache", only = {}) =>
  switchPairs(catalogueOf({ gpus: [gpu(), gpu({ id: "other" })], measurements: rows }), varied, only).map(
    ({ on, off, energy_ratio }) => [on.id, off.id, energy_ratio],
  );

const eager = row({ id: "eager", energy_j_per_token: 10 });
const compiled = row({ id: "compiled", torch_compile: true, energy_j_per_token: 8 });
const uncached = row({ id: "uncached", use_cache: false, energy_j_per_token: 40 });

describe("pairs of one switch", () => {
  test("a compiled run and its eager partner; a cached run and the one without", () => {
    expect(pairsOf([eager, compiled, uncached], "torch_compile")).toEqual([["compiled", "eager", 0.8]]);
    expect(pairsOf([eager, compiled, uncached], "use_cache")).toEqual([["eager", "uncached", 0.25]]);
  });

  test("no pair where anything else differs too", () => {
    const changes: Partial<Measurement>[] = [
      { source: "another-day" },
      { gpu: "other" },
      { batch_size: 8 },
      { precision: "bf16" },
      { input_tokens: 128 },
      { output_tokens: 64 },
      { use_cache: false },
    ];
    for (const change of changes) {
      expect(pairsOf([eager, { ...compiled, ...change }], "torch_compile"), JSON.stringify(change)).toEqual([]);
    }
  });

  test("rows of tier 3 and superseded rows make no pair", () => {
    expect(pairsOf([eager, { ...compiled, tier: 3 }], "torch_compile")).toEqual([]);
    const corrected = row({ id: "again", torch_compile: true, energy_j_per_token: 9, supersedes: "compiled" });
    expect(pairsOf([eager, compiled, corrected], "torch_compile")).toEqual([["again", "eager", 0.9]]);
  });

  test("of one GPU or one model", () => {
    expect(pairsOf([eager, compiled], "torch_compile", { gpu: "other" })).toEqual([]);
    expect(pairsOf([eager, compiled], "torch_compile", { gpu: "card", model: "toy/Seven-7B" })).toHaveLength(1);
    expect(pairsOf([eager, compiled], "torch_compile", { model: "toy/Unheard-7B" })).toEqual([]);
  });
});

test("a run with a switch thrown answers no ordinary question", () => {
  const catalogue = catalogueOf({ measurements: [eager, compiled, uncached] });
  expect(catalogue.usable.map(({ id }) => id)).toEqual(["eager"]);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { architecture, catalogueOf, model } from "../evidence/fixture-catalogue.test-data.ts";
import { shapeOf } from "./architecture.ts";
import { activeParameters, parametersRead } from "./weights.ts";

const MIXTURE = model({
  id: "toy/Mix-8x7B",
  params_b_total: 47,
  params_b_active: 13,
  architecture: architecture({ experts: 8, experts_per_token: 2 }),
});
const UNCOUNTED = model({ id: "toy/Sparse-47B-A13B", params_b_total: 47, params_b_active: 13 });
const catalogue = catalogueOf({ models: [model(), MIXTURE, UNCOUNTED] });
const read = (which: typeof MIXTURE, batch: number) => parametersRead(which, shapeOf(which, catalogue), batch);

test("a dense model reads all of itself at every batch", () => {
  expect([1, 7, 64].map((batch) => read(model(), batch))).toEqual([7e9, 7e9, 7e9]);
});

describe("a mixture of experts", () => {
  test("touches its active parameters at batch 1 and all of them without bound", () => {
    expect(read(MIXTURE, 1)).toBeCloseTo(13e9, -2);
    expect(activeParameters(MIXTURE)).toBe(13e9);
    expect(read(MIXTURE, 1e6)).toBeCloseTo(47e9, -2);
  });

  test("batch 2 touches a share of 1 - (3/4)^2 of the experts", () => {
    const experts = (47e9 - 13e9) / (1 - 2 / 8);
    expect(read(MIXTURE, 2)).toBeCloseTo(47e9 - experts * 0.75 ** 2, -2);
  });

  test.each([
    ["with expert counts", MIXTURE],
    ["without", UNCOUNTED],
  ])("%s grows with the batch, between active and total", (_, which) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 0, max: 4096 }), (batch, more) => {
        const [a, b] = [read(which, batch), read(which, batch + more)];
        expect(a).toBeGreaterThanOrEqual(13e9 * (1 - 1e-12));
        expect(b).toBeGreaterThanOrEqual(a);
        expect(b).toBeLessThanOrEqual(47e9);
      }),
    );
  });
});

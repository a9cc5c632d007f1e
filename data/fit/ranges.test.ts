import { catalogueData } from "@ecocompute/data";
import { expect, test } from "vitest";
import { EAGER_FITTED, VLLM_FITTED } from "../../packages/engine/src/physics/coefficients.ts";
import { RANGES } from "./ranges.ts";

test.each([...EAGER_FITTED, ...VLLM_FITTED])("%s was fitted within its plausible range", (name) => {
  const range = RANGES[name];
  const value = catalogueData.physics[name]?.value ?? Number.NaN;
  expect(range?.meaning.length).toBeGreaterThan(10);
  expect(value).toBeGreaterThanOrEqual(range?.low ?? Number.NaN);
  expect(value).toBeLessThanOrEqual(range?.high ?? Number.NaN);
});

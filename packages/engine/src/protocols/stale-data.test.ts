import { expect, test } from "vitest";
import { fixtureCatalogue, subjectOf, workloadOf } from "../rules/fixture-catalogue.test-data.ts";
import { exampleDeployment } from "./pull-request-example.test-data.ts";
import { staleData } from "./stale-data.ts";

const REGION = {
  id: "us",
  name: "United States",
  kind: "country" as const,
  aliases: [],
  grid_gco2_per_kwh: 390,
  grid_year: 2022,
  grid_source: null,
  grid_basis: null,
  carbon_free_energy_fraction: null,
  electricity_usd_per_kwh: 0.12,
  price_year: 2025,
  price_source: null,
};
const catalogue = { ...fixtureCatalogue, regionById: new Map([["us", REGION]]) };

/** A deployment in that region, with these prices. */
function deployment(grid: number, price: number) {
  const configuration = subjectOf({}, workloadOf("org/large", "card-a")).resolved?.configuration;
  if (!configuration) throw new Error("the fixture has no configuration");
  return {
    ...exampleDeployment("a.yaml#a", 5),
    configuration: { ...configuration, region: "us", grid_gco2_per_kwh: grid, electricity_usd_per_kwh: price },
  };
}

test("63: a grid or price of the catalogue that has aged is told once, a team's own is not", () => {
  const [told, ...others] = staleData([deployment(390, 0.12), deployment(390, 0.12)], "2026-11-27", catalogue);
  expect(told).toContain("The carbon intensity of United States is of 2022");
  expect(others).toEqual([]);
  expect(staleData([deployment(390, 0.12)], "2029-01-01", catalogue)).toHaveLength(2);
  expect(staleData([deployment(20, 0.2)], "2029-01-01", catalogue)).toEqual([]);
});

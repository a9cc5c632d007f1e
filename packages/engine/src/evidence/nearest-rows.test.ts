import { expect, test } from "vitest";
import { catalogueOf, model, row } from "./fixture-catalogue.test-data.ts";
import { nearestInSize, withSizes } from "./nearest-rows.ts";

const sized = (id: string, params_b_total: number | null) => model({ id: `toy/${id}`, params_b_total });
const models = [sized("One", 1), sized("Three", 3), sized("Eight", 8), sized("Unsized", null), sized("Seventy", 70)];
const rows = ["Seventy", "One", "Unsized", "Eight", "Three"].flatMap((name) =>
  ["b", "a"].map((run) => row({ id: `${name}-${run}`, model_id: `toy/${name}` })),
);
const catalogue = catalogueOf({ models, measurements: rows });

test("the five rows of the models nearest in size, ties by id; a model of unknown size comes last", () => {
  const ids = (asked: number | null) =>
    nearestInSize(withSizes(rows, catalogue), sized("Asked", asked)).map(({ id }) => id);
  expect(ids(7)).toEqual(["Eight-a", "Eight-b", "Three-a", "Three-b", "One-a"]);
  expect(ids(100)).toEqual(["Seventy-a", "Seventy-b", "Eight-a", "Eight-b", "Three-a"]);
  expect(ids(null)).toEqual(["Eight-a", "Eight-b", "One-a", "One-b", "Seventy-a"]);
  expect(nearestInSize(withSizes(rows.slice(0, 5), catalogue), sized("Asked", 7)).at(-1)?.id).toBe("Unsized-b");
});

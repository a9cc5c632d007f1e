import { expect, test } from "vitest";
import { indexCatalogue } from "../../packages/engine/src/domain/catalogue.ts";
import { coefficientsOf } from "../../packages/engine/src/physics/predict.ts";
import { buildCatalogue } from "../catalogue.ts";
import { readFiles } from "../files.ts";
import { parseData } from "../read.ts";
import { foldsBy } from "./folds.ts";
import { observations } from "./observations.ts";

const data = buildCatalogue(parseData(readFiles(`${import.meta.dirname}/..`)));
const catalogue = indexCatalogue(data);
const start = coefficientsOf(catalogue);

test("what judges a held-out row has seen neither the row nor its board's others, and physics was fitted anew", () => {
  const all = observations("transformers", catalogue);
  const folds = foldsBy(all, data, start, (row) => (row.gpu === "a800" ? "a800" : "the rest"));
  expect(folds.map(({ name }) => name)).toEqual(["a800", "the rest"]);
  for (const { name, held, seen, unseen } of folds) {
    expect(held.length + seen.length).toBe(all.length);
    expect(unseen.measurements.length).toBeGreaterThan(0);
    expect(unseen.measurements.filter((row) => (row.gpu === "a800") === (name === "a800"))).toEqual([]);
    expect(coefficientsOf(unseen)).not.toEqual(start);
  }
});

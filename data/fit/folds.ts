import { type Catalogue, type CatalogueData, indexCatalogue } from "../../packages/engine/src/domain/catalogue.ts";
import type { Measurement } from "../../packages/engine/src/domain/measurement.ts";
import type { CoefficientValues } from "../../packages/engine/src/physics/coefficients.ts";
import { fitEager } from "./fit-eager.ts";
import { fitVllm } from "./fit-vllm.ts";
import type { Observation } from "./observations.ts";

/** Rows that share a family or a GPU, and a catalogue that has seen none of them: neither its rows nor its physics. */
export interface Fold {
  readonly name: string;
  readonly held: readonly Observation[];
  readonly seen: readonly Observation[];
  readonly unseen: Catalogue;
}

/** The catalogue without these rows. */
export const without = (data: CatalogueData, drop: (row: Measurement) => boolean): Catalogue =>
  indexCatalogue({ ...data, measurements: data.measurements.filter((row) => !drop(row)) });

const withPhysics = (data: CatalogueData, values: Partial<CoefficientValues>): CatalogueData => ({
  ...data,
  physics: {
    ...data.physics,
    ...Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { value, unit: "", meaning: "", basis: "held out" }]),
    ),
  },
});

/** One fold for each value of `nameOf` (a model family or a GPU), physics fitted anew on the others. Modalities of a family go with it. */
export function foldsBy(
  all: readonly Observation[],
  data: CatalogueData,
  start: CoefficientValues,
  nameOf: (row: Measurement, family: string) => string,
): Fold[] {
  const catalogue = indexCatalogue(data);
  const familyOf = new Map(data.models.map((model) => [model.id, model.family]));
  const foldOf = (row: Measurement) => nameOf(row, familyOf.get(row.model_id) ?? "");
  return [...new Set(all.map(({ row }) => foldOf(row)))].sort().map((name) => {
    const seen = all.filter(({ row }) => foldOf(row) !== name);
    const held = all.filter(({ row }) => foldOf(row) === name);
    const eager = held[0]?.row.framework === "transformers";
    const values = eager ? fitEager(seen, start, catalogue).values : fitVllm(seen, start, catalogue);
    return { name, held, seen, unseen: without(withPhysics(data, values), (row) => foldOf(row) === name) };
  });
}

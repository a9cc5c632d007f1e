import type { ClaimDefinition } from "../claims/definition.ts";
import type { Located } from "../loose.ts";
import { at, type Check, type Found } from "./check.ts";

interface Refers {
  readonly id: string;
  readonly source: string;
  readonly gpu: string;
  readonly model_id: string;
  readonly precision: string;
}

const gpusOf = ({ query }: ClaimDefinition): readonly string[] => [
  ...(query.where.gpu ?? []),
  ...(query.type === "ratio-between-gpus" ? [query.gpu, ...query.against] : []),
];

/** A price file is named after its source. */
const sourceOfPrices = (file: string): string => file.replace(/^prices\/(.*)\.yaml$/, "sources/$1");

export const referencesResolve: Check = {
  id: "references-resolve",
  title:
    "Every id that a record names exists: gpu, model, precision, source, 16-bit partner, region of a price and of a cloud.",
  find: (data) => {
    const rowIds = new Set(data.measurements.map(({ value }) => value.id));
    const regionIds = new Set(data.regions.map(({ value }) => value.id));
    const missing = (row: Located<Refers>): Found[] =>
      [
        ["gpus", row.value.gpu],
        ["models", row.value.model_id],
        ["precisions", row.value.precision],
        ["sources", row.value.source],
      ]
        .filter((reference) => !data.declared.has(reference.join("/")))
        .map(([folder, id]) => at(row, row.value.id, `${folder}/${id}.yaml does not exist`));
    return [
      ...[...data.measurements, ...data.disputed].flatMap(missing),
      ...data.measurements
        .filter(
          ({ value: { fp16_partner: partner } }) => partner !== null && partner !== "none" && !rowIds.has(partner),
        )
        .map((row) => at(row, row.value.id, `fp16_partner "${row.value.fp16_partner}" is no row`)),
      ...data.regions
        .filter(({ value }) => !data.declared.has(`sources/${value.grid_source}`))
        .map((region) => at(region, region.value.id, `sources/${region.value.grid_source}.yaml does not exist`)),
      ...data.prices
        .filter(({ file }) => !data.declared.has(sourceOfPrices(file)))
        .map((prices) => at(prices, prices.file, `${sourceOfPrices(prices.file)}.yaml does not exist`)),
      ...data.prices.flatMap((file) =>
        file.value.prices
          .filter(({ region }) => !regionIds.has(region))
          .map(({ region }) => at(file, region, `a price of region "${region}", which no grid file names`)),
      ),
      ...data.cloud_regions
        .filter(({ value }) => !regionIds.has(value.grid_region))
        .map((row) => at(row, row.value.region, `grid_region "${row.value.grid_region}" is no region of a grid file`)),
      ...data.claims.flatMap((claim) =>
        gpusOf(claim.value)
          .filter((gpu) => !data.declared.has(`gpus/${gpu}`))
          .map((gpu) => at(claim, claim.value.id, `gpus/${gpu}.yaml does not exist`)),
      ),
    ];
  },
};

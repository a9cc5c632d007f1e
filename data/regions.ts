import * as z from "zod";
import type { Located } from "./loose.ts";
import type { Region, Source } from "./schema.ts";

const notUsed = z.array(z.strictObject({ what: z.string(), why: z.string() }).catchall(z.number().nullable()));
const gridFields = {
  id: z.string(),
  name: z.string(),
  grid_gco2_per_kwh: z.number().nonnegative(),
  grid_year: z.int().nullable(),
};

/** A row of data/grid/<source>.csv; aliases are separated by `;`. */
export const GridRowSchema = z.strictObject({
  id: gridFields.id,
  name: gridFields.name,
  aliases: z.string().nullable(),
  grid_gco2_per_kwh: gridFields.grid_gco2_per_kwh,
  grid_year: gridFields.grid_year,
  carbon_free_energy_fraction: z.number().min(0).max(1).nullable(),
});
/** data/grid/<source>.yaml */
export const GridFileSchema = z.strictObject({
  regions: z.array(z.strictObject({ ...gridFields, aliases: z.array(z.string()) })),
  stated_not_used: notUsed,
});
/** data/prices/<source>.yaml */
export const PriceFileSchema = z.strictObject({
  prices: z.array(
    z.strictObject({
      region: z.string(),
      electricity_usd_per_kwh: z.number().positive(),
      price_year: z.int().nullable(),
    }),
  ),
  stated_not_used: notUsed,
});
/** A row of data/cloud-regions.csv: where a cloud says that a region of its lies, and whose grid answers for it. */
export const CloudRegionRowSchema = z.strictObject({
  cloud: z.enum(["aws", "azure"]),
  region: z.string(),
  place: z.string(),
  /** A region's id. */
  grid_region: z.string(),
  source_url: z.url(),
});
export type CloudRegionRow = z.infer<typeof CloudRegionRowSchema>;
export type GridRow = z.infer<typeof GridRowSchema>;
export type GridFile = z.infer<typeof GridFileSchema>;
export type PriceFile = z.infer<typeof PriceFileSchema>;

const sourceOf = (file: string): string => file.replace(/^.*\//, "").replace(/\.\w+$/, "");
const kindOf = (id: string): Region["kind"] =>
  /^[A-Z]{3}$/.test(id) ? "country" : id.includes(":") ? "cloud_region" : "skill";

/** Joins grid intensity, price and the clouds' regions that lie there by region id; the file's name is the id of its source, whose method is the basis. */
export function joinRegions(
  rows: readonly Located<GridRow>[],
  files: readonly Located<GridFile>[],
  priceFiles: readonly Located<PriceFile>[],
  sources: readonly Located<Source>[],
  clouds: readonly Located<CloudRegionRow>[],
): Located<Region>[] {
  const cloudNames = (id: string): readonly string[] =>
    clouds.flatMap(({ value }) => (value.grid_region === id ? [value.region, `${value.cloud}:${value.region}`] : []));
  const methodOf = new Map(sources.map(({ value }) => [value.id, value.method ?? null]));
  const prices = new Map(
    priceFiles.flatMap(({ value, file }) =>
      value.prices.map((price) => [price.region, { ...price, source: sourceOf(file) }] as const),
    ),
  );
  const entries = [
    ...rows.map((row) => ({ ...row, value: { ...row.value, aliases: row.value.aliases?.split(";") ?? [] } })),
    ...files.flatMap((file) =>
      file.value.regions.map((value) => ({ ...file, value: { ...value, carbon_free_energy_fraction: null } })),
    ),
  ];
  return entries.map(({ value, file, line }) => {
    const price = prices.get(value.id);
    return {
      file,
      line,
      value: {
        id: value.id,
        name: value.name,
        kind: kindOf(value.id),
        aliases: [...value.aliases, ...cloudNames(value.id)],
        grid_gco2_per_kwh: value.grid_gco2_per_kwh,
        grid_year: value.grid_year,
        grid_source: sourceOf(file),
        grid_basis: methodOf.get(sourceOf(file)) ?? null,
        carbon_free_energy_fraction: value.carbon_free_energy_fraction,
        electricity_usd_per_kwh: price?.electricity_usd_per_kwh ?? null,
        price_year: price?.price_year ?? null,
        price_source: price?.source ?? null,
      },
    };
  });
}

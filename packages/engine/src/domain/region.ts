import * as z from "zod";

/** One place: what a kWh emits and costs there. Null = not known, never guessed. */
export const RegionSchema = z.strictObject({
  /** `us`, `china`, `eu`; ISO alpha-3 (upper case); or a cloud region (`gcp:europe-west1`). */
  id: z.string(),
  name: z.string(),
  kind: z.enum(["skill", "country", "cloud_region"]),
  aliases: z.array(z.string()),
  grid_gco2_per_kwh: z.number().nonnegative().nullable(),
  grid_year: z.int().nullable(),
  grid_source: z.string().nullable(),
  /** Where the factor's boundary is known: lifecycle or direct, production or consumption mix, yearly average. */
  grid_basis: z.string().nullable(),
  carbon_free_energy_fraction: z.number().min(0).max(1).nullable(),
  electricity_usd_per_kwh: z.number().positive().nullable(),
  price_year: z.int().nullable(),
  price_source: z.string().nullable(),
});
export type Region = z.infer<typeof RegionSchema>;

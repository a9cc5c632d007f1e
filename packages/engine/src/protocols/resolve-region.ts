import type { Catalogue } from "../domain/catalogue.ts";
import type { InputError } from "../domain/problem.ts";
import type { Region } from "../domain/region.ts";
import { didYouMean, shown } from "./shown.ts";

const aliasIndexes = new WeakMap<Catalogue, ReadonlyMap<string, Region>>();

function aliasIndex(catalogue: Catalogue): ReadonlyMap<string, Region> {
  const cached = aliasIndexes.get(catalogue);
  if (cached) return cached;
  const index = new Map<string, Region>();
  // The skill's own ids win over an alias of the same letters ("us" is the skill's, "USA" is Ember's).
  for (const region of catalogue.regions) index.set(region.id.toLowerCase(), region);
  for (const region of catalogue.regions) {
    for (const alias of region.aliases) if (!index.has(alias.toLowerCase())) index.set(alias.toLowerCase(), region);
  }
  aliasIndexes.set(catalogue, index);
  return index;
}

/** `us`, `china`, `eu`, an ISO code, a country's name or a cloud region → the place. */
export function resolveRegion(
  name: string,
  catalogue: Catalogue,
): { readonly region: Region } | { readonly error: InputError } {
  const index = aliasIndex(catalogue);
  const region = index.get(name.toLowerCase());
  if (region) return { region };
  const suggestion = didYouMean(name, [...index.keys()]);
  const id = suggestion === undefined ? undefined : index.get(suggestion)?.id;
  return {
    error: {
      parameter: "region",
      message: `unknown region${id ? `; did you mean "${id}"?` : ""}: give us, china, eu, an ISO country code, a cloud region, or electricity_usd_per_kwh and grid_gco2_per_kwh`,
      received: shown(name),
      ...(id ? { did_you_mean: id } : {}),
    },
  };
}

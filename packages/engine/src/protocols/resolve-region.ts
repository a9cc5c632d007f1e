import type { Catalogue } from "../domain/catalogue.ts";
import type { InputError, Warning } from "../domain/problem.ts";
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

/** Clouds whose regions the catalogue knows by the country that they lie in. */
const CLOUDS = { aws: "AWS", azure: "Azure" } as const;

/** A cloud region without a grid of its own is answered by its country's: that is told. */
function toldOf(name: string, region: Region): readonly Warning[] {
  const [, cloud] =
    Object.entries(CLOUDS).find(
      ([id]) =>
        region.aliases.includes(`${id}:${name}`) || (name.startsWith(`${id}:`) && region.aliases.includes(name)),
    ) ?? [];
  if (cloud === undefined) return [];
  const message = `${name.replace(/^\w+:/, "")} is a region of ${cloud}; no grid of its own is known: the average of its country stands in (${region.name}).`;
  return [{ code: "cloud-region-by-country", message }];
}

/** `us-east-1a`, `europe-west4-b` → the region of the zone; `West Europe` → `westeurope`. */
const namesOf = (written: string): readonly string[] => {
  const name = written.toLowerCase();
  return [name, name.replace(/(\d)-?[a-f]$/, "$1"), name.replaceAll(" ", "")];
};

/** `us`, `china`, `eu`, an ISO code, a country's name, a cloud region or its zone → the place. */
export function resolveRegion(
  written: string,
  catalogue: Catalogue,
): { readonly region: Region; readonly warnings: readonly Warning[] } | { readonly error: InputError } {
  const index = aliasIndex(catalogue);
  for (const name of namesOf(written)) {
    const region = index.get(name);
    if (region) return { region, warnings: toldOf(name, region) };
  }
  const name = written;
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

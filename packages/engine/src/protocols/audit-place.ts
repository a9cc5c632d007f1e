import type { Catalogue } from "../domain/catalogue.ts";
import { defined } from "../domain/defined.ts";
import type { Facts, Unresolved } from "../domain/deployment.ts";
import type { AuditOptions } from "./audit-options.ts";
import { resolveRegion } from "./resolve-region.ts";

export interface StatedRegion {
  readonly region: string | undefined;
  readonly unresolved: Unresolved | null;
}

/** What the file says wins over the option, as with hardware; a region that the catalogue lacks is told. */
export function regionOf({ region }: Facts, options: AuditOptions, catalogue: Catalogue): StatedRegion {
  if (!region) return { region: options.region, unresolved: null };
  if ("region" in resolveRegion(region.value, catalogue)) return { region: region.value, unresolved: null };
  const instead = options.region === undefined ? "the default stands in" : `"${options.region}" stands in`;
  const why = `no region of the catalogue: ${instead}`;
  return {
    region: options.region,
    unresolved: { fact: "region", text: region.value.slice(0, 120), why, at: region.at },
  };
}

/** Where it runs and what that costs, as parameters of a request. */
export function place({ region }: StatedRegion, options: AuditOptions) {
  return {
    ...(region === undefined ? {} : { region }),
    ...defined({
      electricity_usd_per_kwh: options.electricity_usd_per_kwh,
      grid_gco2_per_kwh: options.grid_gco2_per_kwh,
      pue: options.pue,
      deployment: options.deployment,
      gpu_hour_usd: options.gpu_hour_usd,
    }),
  };
}

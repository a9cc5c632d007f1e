import type { AuditedDeployment } from "../domain/audit-report.ts";
import type { Catalogue } from "../domain/catalogue.ts";

/** Grids and prices that are older than this many years are told. */
const OLD_YEARS = 2;
/** Code of the warning that tells it in a pull request. */
export const AGED_DATA = "aged-data";

/** Sentences about prices and carbon intensities behind these deployments that have aged by `day` (YYYY-MM-DD). */
export function staleData(deployments: readonly AuditedDeployment[], day: string, catalogue: Catalogue): string[] {
  const thisYear = Number(day.slice(0, 4));
  const told = new Set<string>();
  for (const { configuration } of deployments) {
    const region = configuration && catalogue.regionById.get(configuration.region);
    if (!region) continue;
    const gridYear = region.grid_year ?? yearOf(region.grid_source, catalogue);
    const priceYear = region.price_year ?? yearOf(region.price_source, catalogue);
    const uses = (value: number | null, own: number | null) => own !== null && value === own;
    if (uses(configuration.grid_gco2_per_kwh, region.grid_gco2_per_kwh) && isOld(gridYear, thisYear)) {
      told.add(
        `The carbon intensity of ${region.name} is of ${gridYear}: set grid_gco2_per_kwh to the one of your supplier.`,
      );
    }
    if (uses(configuration.electricity_usd_per_kwh, region.electricity_usd_per_kwh) && isOld(priceYear, thisYear)) {
      told.add(`The electricity price of ${region.name} is of ${priceYear}: set electricity_usd_per_kwh to your own.`);
    }
  }
  return [...told];
}

const isOld = (year: number | null, thisYear: number): boolean => year !== null && thisYear - year > OLD_YEARS;

/** The last year of a source's date, which may be a span. */
function yearOf(source: string | null, catalogue: Catalogue): number | null {
  const date = source === null ? undefined : catalogue.sourceById.get(source)?.date;
  const years = date?.match(/\d{4}/g);
  return years ? Number(years.at(-1)) : null;
}

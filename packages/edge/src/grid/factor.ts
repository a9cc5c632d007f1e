import type { Catalogue } from "@ecocompute/engine";
import type { LiveFigure } from "./live.ts";

/** What carbon was computed with: the boundary of a grid factor changes it by tens of percent, so it is always said. */
export interface GridFactor {
  readonly zone: string;
  readonly gco2_per_kwh: number | null;
  /** `given`: the request's own figure. */
  readonly kind: "yearly" | "live" | "given";
  readonly year: number | null;
  /** Of a live figure: the moment that it is about, ISO 8601. */
  readonly time: string | null;
  readonly statistic: string;
  /** lifecycle counts building and fuel supply of the plants too; direct is what leaves the chimney. */
  readonly scope: string;
  readonly mix: string;
  /** A yearly figure is stale when its year ended more than 24 months ago; a live one is never used stale. */
  readonly stale: boolean;
  readonly source: { readonly id: string; readonly url: string; readonly licence: string } | null;
}

const STALE_AFTER_MONTHS = 24;
const NOT_STATED = "not stated";

/** The yearly figure of a place, with its year, source and boundary. */
export function yearlyFactor(regionId: string, catalogue: Catalogue, now: number): GridFactor {
  const region = catalogue.regionById.get(regionId);
  const source = region?.grid_source == null ? undefined : catalogue.sourceById.get(region.grid_source);
  const year = region?.grid_year ?? null;
  return {
    zone: regionId,
    gco2_per_kwh: region?.grid_gco2_per_kwh ?? null,
    kind: "yearly",
    year,
    time: null,
    statistic: source?.grid?.statistic ?? NOT_STATED,
    scope: source?.grid?.scope ?? NOT_STATED,
    mix: source?.grid?.mix ?? NOT_STATED,
    stale: year !== null && monthsSince(year, now) > STALE_AFTER_MONTHS,
    source: source ? { id: source.id, url: source.url, licence: source.licence } : null,
  };
}

export const givenFactor = (zone: string, gco2_per_kwh: number): GridFactor => ({
  zone,
  gco2_per_kwh,
  kind: "given",
  year: null,
  time: null,
  statistic: "as given",
  scope: "as given",
  mix: "as given",
  stale: false,
  source: null,
});

export const liveFactor = (zone: string, figure: LiveFigure): GridFactor => ({
  zone,
  gco2_per_kwh: figure.gco2_per_kwh,
  kind: "live",
  year: null,
  time: figure.time,
  statistic: figure.statistic,
  scope: figure.scope,
  mix: figure.mix,
  stale: false,
  source: figure.source,
});

function monthsSince(year: number, now: number): number {
  const date = new Date(now);
  return (date.getUTCFullYear() - (year + 1)) * 12 + date.getUTCMonth();
}

/** Services that publish what a grid emits now. */
export const LIVE_SOURCES = {
  "uk-carbon-intensity": {
    id: "uk-carbon-intensity",
    url: "https://carbonintensity.org.uk/",
    licence: "CC BY 4.0",
  },
  "electricity-maps": {
    id: "electricity-maps",
    url: "https://www.electricitymaps.com/",
    licence: "the operator's contract with Electricity Maps",
  },
} as const;
export type LiveSource = keyof typeof LIVE_SOURCES;

/** Region → the zone of Electricity Maps that is this very grid. A country of several zones, or a region that may lie in two, is left out. */
const ELECTRICITY_MAPS: Readonly<Record<string, string>> = {
  AUT: "AT",
  BEL: "BE",
  CHE: "CH",
  CZE: "CZ",
  DEU: "DE",
  ESP: "ES",
  EST: "EE",
  FIN: "FI",
  FRA: "FR",
  GRC: "GR",
  HUN: "HU",
  IRL: "IE",
  KOR: "KR",
  LTU: "LT",
  LVA: "LV",
  NLD: "NL",
  POL: "PL",
  PRT: "PT",
  SGP: "SG",
  SVK: "SK",
  SVN: "SI",
  TWN: "TW",
  ZAF: "ZA",
  "gcp:europe-west1": "BE",
  "gcp:europe-west3": "DE",
  "gcp:europe-west4": "NL",
  "gcp:europe-west6": "CH",
  "gcp:europe-west9": "FR",
  "gcp:europe-central2": "PL",
  "gcp:europe-north1": "FI",
  "gcp:europe-southwest1": "ES",
};
const GREAT_BRITAIN: readonly string[] = ["GBR", "gcp:europe-west2"];

/** One grid of one service; its key in the store. */
export interface LiveZone {
  readonly source: LiveSource;
  readonly zone: string;
}

export function liveZoneOf(regionId: string): LiveZone | null {
  if (GREAT_BRITAIN.includes(regionId)) return { source: "uk-carbon-intensity", zone: "GB" };
  const zone = Object.hasOwn(ELECTRICITY_MAPS, regionId) ? ELECTRICITY_MAPS[regionId] : undefined;
  return zone === undefined ? null : { source: "electricity-maps", zone };
}

export const ELECTRICITY_MAPS_ZONES: readonly string[] = [...new Set(Object.values(ELECTRICITY_MAPS))].sort();

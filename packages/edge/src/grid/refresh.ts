import * as z from "zod";
import type { Bindings, Log } from "../service.ts";
import { LIVE_STALE_AFTER_MS, type LiveFigure, LiveFigureSchema, liveKey } from "./live.ts";
import { ELECTRICITY_MAPS_ZONES, LIVE_SOURCES, type LiveZone } from "./zones.ts";

const UK_CARBON_URL = "https://api.carbonintensity.org.uk";
const ELECTRICITY_MAPS_URL = "https://api.electricitymaps.com";
const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 16 * 1024;
/** A clock ahead of ours by more is a wrong answer. */
const MAX_AHEAD_MS = 3_600_000;
/** Of one run, at once. */
const PARALLEL = 6;

const intensity = z.number().min(0).max(2000);
/** `GET /intensity`: national figure of the current half hour; `actual` is null until it is known. Source: carbon-intensity.github.io/api-definitions. */
const UkAnswerSchema = z.object({
  data: z
    .array(
      z.object({
        from: z.string(),
        intensity: z.object({ forecast: intensity.nullable(), actual: intensity.nullable() }),
      }),
    )
    .min(1),
});
/** `GET /v3/carbon-intensity/latest?zone=`: flow-traced average. Source: the service's own reference. */
const ElectricityMapsAnswerSchema = z.object({
  zone: z.string(),
  carbonIntensity: intensity,
  datetime: z.string(),
  emissionFactorType: z.enum(["lifecycle", "direct"]),
  isEstimated: z.boolean(),
});

type Fetch = (url: string, init: { headers: Record<string, string>; signal: AbortSignal }) => Promise<Response>;

/** Fetches every zone once and stores what is good. A zone that fails keeps its old figure, which goes stale in time. */
export async function refreshLiveGrid(
  env: Bindings,
  { fetch, log, now }: { readonly fetch: Fetch; readonly log: Log; readonly now: () => number },
): Promise<void> {
  const store = env.LIVE_GRID;
  if (!store) {
    log({ event: "live-grid-skipped", why: "no store LIVE_GRID is bound" });
    return;
  }
  const token = env.ELECTRICITY_MAPS_TOKEN;
  const zones: LiveZone[] = [
    { source: "uk-carbon-intensity", zone: "GB" },
    ...(token ? ELECTRICITY_MAPS_ZONES.map((zone): LiveZone => ({ source: "electricity-maps", zone })) : []),
  ];
  let stored = 0;
  const refresh = async (zone: LiveZone): Promise<void> => {
    try {
      const figure =
        zone.source === "uk-carbon-intensity"
          ? await fromUk(env.UK_CARBON_URL ?? UK_CARBON_URL, fetch)
          : await fromElectricityMaps(env.ELECTRICITY_MAPS_URL ?? ELECTRICITY_MAPS_URL, zone.zone, token ?? "", fetch);
      await store.put(liveKey(zone), JSON.stringify(checked(figure, now())));
      stored += 1;
    } catch (cause) {
      log({ event: "live-grid-failed", ...zone, cause: cause instanceof Error ? cause.message : String(cause) });
    }
  };
  const waiting = [...zones];
  const worker = async (): Promise<void> => {
    for (let zone = waiting.shift(); zone; zone = waiting.shift()) await refresh(zone);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  log({ event: "live-grid-refreshed", zones: zones.length, stored });
}

async function fromUk(base: string, fetch: Fetch): Promise<LiveFigure> {
  const { data } = UkAnswerSchema.parse(await fetchJson(`${base}/intensity`, {}, fetch));
  const [half] = data;
  const value = half?.intensity.actual ?? half?.intensity.forecast;
  if (!half || value == null) throw new Error("neither an actual nor a forecast figure");
  return {
    gco2_per_kwh: value,
    time: isoTime(half.from),
    statistic: half.intensity.actual === null ? "average, forecast" : "average, actual",
    // Emissions of generation, imports and losses included, without building and fuel supply.
    scope: "direct",
    mix: "consumption",
    source: LIVE_SOURCES["uk-carbon-intensity"],
  };
}

async function fromElectricityMaps(base: string, zone: string, token: string, fetch: Fetch): Promise<LiveFigure> {
  const url = `${base}/v3/carbon-intensity/latest?zone=${encodeURIComponent(zone)}`;
  const answer = ElectricityMapsAnswerSchema.parse(await fetchJson(url, { "auth-token": token }, fetch));
  if (answer.zone !== zone) throw new Error(`asked for ${zone}, received another zone`);
  return {
    gco2_per_kwh: answer.carbonIntensity,
    time: isoTime(answer.datetime),
    statistic: answer.isEstimated ? "average, estimated" : "average, actual",
    scope: answer.emissionFactorType,
    mix: "consumption",
    source: LIVE_SOURCES["electricity-maps"],
  };
}

async function fetchJson(url: string, headers: Record<string, string>, fetch: Fetch): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: "application/json", ...headers },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const text = await response.text();
  if (text.length > MAX_ANSWER_BYTES) throw new Error(`an answer of ${text.length} bytes`);
  return JSON.parse(text);
}

function isoTime(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Error("a time that is none");
  return new Date(time).toISOString();
}

function checked(figure: LiveFigure, now: number): LiveFigure {
  const ahead = Date.parse(figure.time) - now;
  if (ahead > MAX_AHEAD_MS) throw new Error(`a figure of the future (${figure.time})`);
  if (-ahead > LIVE_STALE_AFTER_MS) throw new Error(`a stale figure (${figure.time})`);
  return LiveFigureSchema.parse(figure);
}

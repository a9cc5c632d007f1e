// Live grid intensity: the services' answers in their recorded shapes from a local server, good, slow, wrong and absent.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createApp } from "../packages/edge/src/app.ts";
import { refreshLiveGrid } from "../packages/edge/src/grid/refresh.ts";
import type { Bindings, KeyValueStore } from "../packages/edge/src/service.ts";
import { realService } from "./support/edge-service.ts";
import { ISSUE } from "./support/questions.ts";

const NOW = Date.UTC(2026, 10, 27, 12, 10);
const HALF_HOUR = "2026-11-27T12:00Z";
const UK = {
  data: [{ from: HALF_HOUR, to: "2026-11-27T12:30Z", intensity: { forecast: 266, actual: 263, index: "moderate" } }],
};
const DE = {
  zone: "DE",
  carbonIntensity: 302,
  datetime: "2026-11-27T12:00:00.000Z",
  updatedAt: "2026-11-27T11:41:02.000Z",
  createdAt: "2026-11-24T12:00:00.000Z",
  emissionFactorType: "lifecycle",
  isEstimated: true,
  estimationMethod: "TIME_SLICER_AVERAGE",
};

/** What the local server answers for a path: a status and a body, or nothing for ever. */
type Answer = { readonly status?: number; readonly body: string } | "silence";
let answers: Map<string, Answer>;
let server: Server;
let base = "";
const asked: { url: string; token: string | undefined }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const token = request.headers["auth-token"];
    asked.push({ url: request.url ?? "", token: token === undefined ? undefined : [token].flat()[0] });
    const answer = answers.get(request.url ?? "");
    if (answer === "silence") return;
    response.writeHead(answer?.status ?? (answer ? 200 : 404), { "content-type": "application/json" });
    response.end(answer?.body ?? "{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  base = `http://127.0.0.1:${address.port}`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
});

const DE_PATH = "/v3/carbon-intensity/latest?zone=DE";
let store: KeyValueStore & { readonly kept: Map<string, string> };
const log = vi.fn();
let env: Bindings;
beforeEach(() => {
  answers = new Map<string, Answer>([
    ["/intensity", { body: JSON.stringify(UK) }],
    [DE_PATH, { body: JSON.stringify(DE) }],
  ]);
  const kept = new Map<string, string>();
  store = {
    kept,
    get: async (key) => kept.get(key) ?? null,
    put: async (key, value) => {
      kept.set(key, value);
    },
  };
  env = { LIVE_GRID: store, ELECTRICITY_MAPS_TOKEN: "secret-token", UK_CARBON_URL: base, ELECTRICITY_MAPS_URL: base };
  log.mockClear();
  asked.length = 0;
});

const refresh = (now = NOW, fetching: typeof fetch = fetch) =>
  refreshLiveGrid(env, { fetch: fetching, log, now: () => now });
const estimate = async (region: string, { now = NOW, bindings = env, more = "" } = {}) => {
  const app = createApp(realService({ now: () => now }));
  const query = new URLSearchParams(
    Object.entries({ ...ISSUE, region, carbon: "live" }).map(([k, v]) => [k, String(v)]),
  );
  const response = await app.request(`/v1/estimate?${query}${more}`, {}, bindings);
  return { headers: response.headers, status: response.status, body: await response.json() };
};
const warnings = (body: { warnings: { code: string }[] }) =>
  body.warnings.map(({ code }) => code).filter((code) => code.startsWith("live"));

describe("a live figure", () => {
  test("of Great Britain: actual, direct, with its half hour; carbon is energy times it", async () => {
    await refresh();
    const { body, headers } = await estimate("GBR");
    expect(body.grid).toEqual({
      zone: "GBR",
      gco2_per_kwh: 263,
      kind: "live",
      year: null,
      time: "2026-11-27T12:00:00.000Z",
      statistic: "average, actual",
      scope: "direct",
      mix: "consumption",
      stale: false,
      source: { id: "uk-carbon-intensity", url: "https://carbonintensity.org.uk/", licence: "CC BY 4.0" },
    });
    const { energy_kwh, carbon_kgco2e } = body.current.monthly;
    expect(carbon_kgco2e.value).toBeCloseTo(energy_kwh.value * 0.263, 9);
    expect(headers.get("cache-control")).toContain("s-maxage=60,");
    expect(warnings(body)).toEqual([]);
  });

  test("is the forecast, and says so, until the actual figure is known", async () => {
    const forecast = { data: [{ ...UK.data[0], intensity: { forecast: 266, actual: null, index: "moderate" } }] };
    answers.set("/intensity", { body: JSON.stringify(forecast) });
    await refresh();
    expect((await estimate("GB")).body.grid).toMatchObject({ gco2_per_kwh: 266, statistic: "average, forecast" });
  });

  test("of Electricity Maps: lifecycle, estimated, fetched with the operator's token, for a cloud region too", async () => {
    await refresh();
    for (const region of ["DEU", "gcp:europe-west3"]) {
      expect((await estimate(region)).body.grid).toMatchObject({
        zone: region,
        gco2_per_kwh: 302,
        scope: "lifecycle",
        statistic: "average, estimated",
        source: { id: "electricity-maps" },
      });
    }
    expect(asked.find(({ url }) => url === DE_PATH)?.token).toBe("secret-token");
    expect(JSON.stringify(log.mock.calls)).not.toContain("secret-token");
  });

  test("is said in Markdown too", async () => {
    await refresh();
    const app = createApp(realService({ now: () => NOW }));
    const query = new URLSearchParams({
      model_id: ISSUE.model_id,
      hardware_platform: "a800",
      region: "GBR",
      carbon: "live",
    });
    const text = await (
      await app.request(`/v1/estimate?${query}`, { headers: { accept: "text/markdown" } }, env)
    ).text();
    expect(text).toContain(
      "263 gCO2/kWh in GBR at 2026-11-27T12:00:00.000Z (average, actual, direct; uk-carbon-intensity)",
    );
  });

  test("is never fetched in a request's path", async () => {
    await estimate("GBR");
    await estimate("DEU");
    expect(asked).toEqual([]);
  });

  test("does not go with a figure of the request's own", async () => {
    const { status, body } = await estimate("GBR", { more: "&grid_gco2_per_kwh=100" });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ parameter: "carbon" }]);
  });
});

describe("the yearly figure stands in, and the answer says why", () => {
  const yearly = (body: { grid: { kind: string; gco2_per_kwh: number } }) => {
    expect(body.grid.kind).toBe("yearly");
    expect(body.grid.gco2_per_kwh).toBeGreaterThan(0);
  };

  test("when the figure is older than two hours", async () => {
    await refresh();
    const { body } = await estimate("GBR", { now: NOW + 3 * 3_600_000 });
    yearly(body);
    expect(warnings(body)).toEqual(["live-grid-stale"]);
  });

  test("when none has arrived, none is kept, or the store fails", async () => {
    const failing = { get: () => Promise.reject(new Error("down")), put: () => Promise.reject(new Error("down")) };
    for (const bindings of [env, {}, { LIVE_GRID: failing }]) {
      const { body } = await estimate("GBR", { bindings });
      yearly(body);
      expect(warnings(body)).toEqual(["live-grid-absent"]);
    }
  });

  test("when the region has no live zone", async () => {
    await refresh();
    const { body } = await estimate("USA");
    yearly(body);
    expect(warnings(body)).toEqual(["live-grid-not-offered"]);
  });

  test("when the store holds something else", async () => {
    store.kept.set("live-grid:uk-carbon-intensity:GB", '{"gco2_per_kwh":"many"}');
    expect(warnings((await estimate("GBR")).body)).toEqual(["live-grid-absent"]);
  });
});

describe("a service that answers badly changes nothing that is stored", () => {
  test.each<[string, Answer]>([
    ["an error", { status: 503, body: "busy" }],
    ["no JSON", { body: "<html>" }],
    ["another shape", { body: '{"data":[]}' }],
    [
      "an absurd figure",
      { body: JSON.stringify({ data: [{ from: HALF_HOUR, intensity: { forecast: 99999, actual: null } }] }) },
    ],
    [
      "no figure",
      { body: JSON.stringify({ data: [{ from: HALF_HOUR, intensity: { forecast: null, actual: null } }] }) },
    ],
    ["a figure of yesterday", { body: JSON.stringify({ data: [{ ...UK.data[0], from: "2026-11-26T12:00Z" }] }) }],
    ["a figure of next week", { body: JSON.stringify({ data: [{ ...UK.data[0], from: "2026-12-04T12:00Z" }] }) }],
    ["a time that is none", { body: JSON.stringify({ data: [{ ...UK.data[0], from: "noon" }] }) }],
    ["a flood", { body: `{"data":[],"x":"${"x".repeat(20_000)}"}` }],
  ])("%s", async (_what, answer) => {
    await refresh();
    const before = store.kept.get("live-grid:uk-carbon-intensity:GB");
    expect(before).toBeDefined();
    log.mockClear();
    answers.set("/intensity", answer);
    await refresh();
    expect(store.kept.get("live-grid:uk-carbon-intensity:GB")).toBe(before);
    expect(log).toHaveBeenCalledWith(expect.objectContaining({ event: "live-grid-failed", zone: "GB" }));
    // The other service is not held up by it.
    expect(store.kept.has("live-grid:electricity-maps:DE")).toBe(true);
  });

  test("silence is cut off, and the rest goes on", async () => {
    answers.set("/intensity", "silence");
    const impatient: typeof fetch = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(100) });
    await refresh(NOW, impatient);
    expect(store.kept.has("live-grid:uk-carbon-intensity:GB")).toBe(false);
    expect(store.kept.has("live-grid:electricity-maps:DE")).toBe(true);
  });

  test("another zone than was asked for is not taken", async () => {
    answers.set(DE_PATH, { body: JSON.stringify({ ...DE, zone: "FR" }) });
    await refresh();
    expect(store.kept.has("live-grid:electricity-maps:DE")).toBe(false);
  });

  test("a server that is not there", async () => {
    env = { ...env, UK_CARBON_URL: "http://127.0.0.1:1" };
    await refresh();
    expect(log).toHaveBeenCalledWith(expect.objectContaining({ event: "live-grid-failed", zone: "GB" }));
  });

  test("without a token Electricity Maps is not asked", async () => {
    const { ELECTRICITY_MAPS_TOKEN: _token, ...without } = env;
    env = without;
    await refresh();
    expect(asked.map(({ url }) => url)).toEqual(["/intensity"]);
    expect(log).toHaveBeenLastCalledWith({ event: "live-grid-refreshed", zones: 1, stored: 1 });
  });
});

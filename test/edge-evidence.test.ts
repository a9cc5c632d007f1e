// Measurements and grid factors, with where they come from.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { app, ask, service } from "./support/ask-edge.ts";
import { ISSUE } from "./support/questions.ts";

describe("E2 grid factors", () => {
  test("zone, year, source, licence and boundary; stale after 24 months", async () => {
    const grid = async (region: string) => (await (await ask("estimate", { ...ISSUE, region })).json()).grid;
    expect(await grid("DEU")).toMatchObject({
      zone: "DEU",
      kind: "yearly",
      year: expect.any(Number),
      statistic: "yearly average",
      scope: "lifecycle",
      mix: "production",
      source: { id: "ember-owid", licence: "CC BY 4.0", url: expect.stringContaining("https://") },
    });
    const { items } = await (await app.request("/v1/regions?limit=100")).json();
    for (const { grid: factor } of items) {
      // The clock stands at November 2026: 24 months after the end of 2023 are over, those after 2024 are not.
      expect(factor.stale).toBe(factor.year !== null && factor.year <= 2023);
      expect(factor.source.licence.length).toBeGreaterThan(2);
    }
  });

  test("an unknown zone is refused, and no address stands in for one", async () => {
    expect((await ask("estimate", { ...ISSUE, region: "atlantis" })).status).toBe(422);
    const from = async (ip: string) =>
      (await ask("estimate", ISSUE, { "cf-connecting-ip": ip, "cf-ipcountry": "DE" })).text();
    expect(await from("203.0.113.7")).toBe(await (await ask("estimate", ISSUE)).text());
  });
});

describe("E1 evidence", () => {
  test("a row with its source, revision, licence, date, hardware, versions, method and boundary", async () => {
    const response = await app.request("/v1/evidence/eco-a800-batch-0215-0004");
    expect(response.headers.get("cache-control")).toContain("s-maxage=31536000");
    expect(await response.json()).toMatchObject({
      measurement: { id: "eco-a800-batch-0215-0004", n_runs: "10", energy_scope: "gpu_board", usable: true },
      boundary: expect.stringContaining("GPU board"),
      method: expect.any(String),
      hardware: { id: "a800", vram_gb: 80 },
      superseded_by: null,
      source: { url: expect.stringContaining("https://"), licence: expect.any(String), date: expect.any(String) },
    });
  });

  test("lists are paged, filtered and searched", async () => {
    const { total, items, next } = await (await app.request("/v1/evidence?q=llama%20fp8&gpu=h100-sxm&limit=2")).json();
    expect(total).toBeGreaterThan(2);
    expect(next).toContain("offset=2");
    for (const row of items) expect(row).toMatchObject({ gpu: "h100-sxm", precision: "fp8" });
  });

  test("the licence file names every source", () => {
    const text = readFileSync(new URL("../data/LICENSES.md", import.meta.url), "utf8");
    for (const { id } of service.catalogue.sources) expect(text).toContain(id);
  });
});

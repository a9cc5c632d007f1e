import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildCatalogue, compileCatalogue, jsonModule } from "./compile.ts";
import { countRows } from "./counts.ts";
import { readFiles } from "./files.ts";
import { parseData } from "./read.ts";

const folder = new URL(".", import.meta.url).pathname;
const catalogue = compileCatalogue(folder);
const copy = mkdtempSync(join(tmpdir(), "ecocompute-data-"));
afterAll(() => rmSync(copy, { recursive: true }));

const region = (id: string) => catalogue.regions.find((entry) => entry.id === id);

describe("compileCatalogue", () => {
  it("gives plain JSON that the module carries unchanged", async () => {
    const source = jsonModule(catalogue);
    const module: { default: unknown } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
    expect(module.default).toEqual(catalogue);
  });

  it("names its version by the newest day and the content", () => {
    expect(catalogue.dataset_version).toMatch(/^\d{4}\.\d{2}\.\d{2}\+[0-9a-f]{8}$/);
    expect(compileCatalogue(folder).dataset_version).toBe(catalogue.dataset_version);
    const files = new Map(readFiles(folder));
    files.set("gpus/t4.yaml", (files.get("gpus/t4.yaml") ?? "").replace("tdp_w: 70", "tdp_w: 71"));
    expect(buildCatalogue(parseData(files)).dataset_version).not.toBe(catalogue.dataset_version);
  });

  it("throws one error that lists every problem with file and line", () => {
    cpSync(folder, copy, { recursive: true, filter: (path) => !path.includes("/dist") });
    for (const gpu of ["t4", "a40"]) {
      const path = join(copy, `gpus/${gpu}.yaml`);
      writeFileSync(path, readFileSync(path, "utf8").replace(/^tdp_w: .*/m, "tdp_w: -1"));
    }
    expect(() => compileCatalogue(copy)).toThrow(
      /2 problem\(s\)[\s\S]*gpus\/a40\.yaml:\d+ tdp_w[\s\S]*gpus\/t4\.yaml:\d+ tdp_w/,
    );
  });

  it("holds every row, and shares evidence by shape", () => {
    expect(catalogue.measurements).toHaveLength(1401);
    expect(catalogue.gpus.filter(({ variant_unstated }) => variant_unstated).map(({ id }) => id)).toEqual([
      "a100-unstated",
      "v100-unstated",
    ]);
    const shapes = catalogue.models
      .filter(({ id }) => /Mistral-7B-(Instruct-)?v0\.[123]$/.test(id))
      .map(({ architecture }) => architecture?.id);
    expect(shapes).toEqual(Array(4).fill("mistral-32x4096-kv8"));
  });

  it("keeps the skill's regions apart from the countries", () => {
    expect(region("us")).toMatchObject({ grid_gco2_per_kwh: 390, electricity_usd_per_kwh: 0.12, kind: "skill" });
    expect(region("china")).toMatchObject({ grid_gco2_per_kwh: 555, electricity_usd_per_kwh: 0.085 });
    expect(region("eu")).toMatchObject({ grid_gco2_per_kwh: 230, electricity_usd_per_kwh: 0.22, price_year: 2024 });
    expect(region("USA")).toMatchObject({ grid_gco2_per_kwh: 369.5, electricity_usd_per_kwh: 0.12, kind: "country" });
    expect(region("CHN")).toMatchObject({ grid_gco2_per_kwh: 582.3, kind: "country" });
    expect(region("FRA")?.aliases).toEqual(
      expect.arrayContaining(["FR", "France", "eu-west-3", "azure:francecentral"]),
    );
    expect(region("gcp:europe-west1")).toMatchObject({ aliases: ["europe-west1"], kind: "cloud_region" });
  });

  it("counts configurations and runs apart: 70 raw runs are 7 rows", () => {
    const rows = catalogue.measurements.filter(({ source }) => source === "eco-a800-batch-0215");
    expect(countRows(rows)).toMatchObject({ rows: 7, configurations: 7, runs: 70, gpus: 1, usable: 7 });
  });
});

import { skip } from "@ecocompute/checkout";
import { catalogueData } from "@ecocompute/data";
import { indexCatalogue } from "@ecocompute/engine";
import { expect, test } from "vitest";
import { ConfigUnusable } from "./config.ts";
import { withOwnMeasurements } from "./measurements.ts";

const CSV = `id,gpu,model_id,precision,batch_size,energy_j_per_token,date
run-0001,a800,mistralai/Mistral-7B-Instruct-v0.2,fp16,1,3,2026-11-27
`;
const catalogue = indexCatalogue(catalogueData);
const sourceOf = (files: Readonly<Record<string, string>>) => ({
  readAt: async (path: string, sha: string) => {
    expect(sha).toBe("0123456789");
    if (path === "large.csv") return skip("it is larger than 1 MB");
    const content = files[path];
    return content === undefined ? null : { kind: "text" as const, content };
  },
});
const take = (files: Readonly<Record<string, string>>, ...paths: string[]) =>
  withOwnMeasurements(sourceOf(files), "0123456789", paths, catalogue);

test("rows of all files are evidence; without a file the catalogue is the published one", async () => {
  const two = { "a.csv": CSV, "b/run.csv": CSV.replace("run-0001", "run-0002") };
  const own = await take(two, "a.csv", "b/run.csv");
  expect([...(own.catalogue.own?.ids ?? [])]).toEqual(["run-0001", "run-0002"]);
  expect((await take({})).catalogue).toBe(catalogue);
});

test("a file that is absent, too large or wrong makes the configuration unusable, all told at once", async () => {
  const problems = async (files: Readonly<Record<string, string>>, ...paths: string[]) => {
    const outcome = await take(files, ...paths).catch((cause: unknown) => cause);
    if (!(outcome instanceof ConfigUnusable)) throw new Error("expected ConfigUnusable");
    return outcome.problems;
  };
  expect(await problems({ "a.csv": "x\n" }, "a.csv", "gone.csv", "large.csv")).toEqual([
    "measurements: gone.csv is not in the repository at 0123456",
    "measurements: large.csv cannot be read: it is larger than 1 MB",
    expect.stringMatching(/^a\.csv:1: expected the columns/),
  ]);
  const twice = await problems({ "a.csv": CSV, "b.csv": CSV }, "a.csv", "b.csv");
  expect(twice).toEqual(["b.csv:2.id: the id of a.csv:2: give it another"]);
});

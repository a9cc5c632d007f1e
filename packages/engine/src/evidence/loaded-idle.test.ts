import { expect, test } from "vitest";
import { withOwnMeasurements } from "../domain/catalogue.ts";
import { catalogueOf, demand, gpu, row, workload } from "./fixture-catalogue.test-data.ts";
import { estimateFleet } from "./fleet.ts";
import { loadedIdle } from "./loaded-idle.ts";

test("a wide assumption where no row read it, capped at TDP", () => {
  const catalogue = catalogueOf();
  expect(loadedIdle(workload(), catalogue)).toEqual({ power_w: { value: 75, low: 50, high: 150 }, rows: [] });
  expect(loadedIdle(workload({ gpu: gpu({ idle_w: 350 }) }), catalogue)?.power_w).toEqual({
    value: 400,
    low: 350,
    high: 400,
  });
});

test("what rows of the card read, per GPU; the interval holds all of them", () => {
  const rows = [
    row({ id: "low", idle_loaded_w: 50 }),
    row({ id: "middle", idle_loaded_w: 120, num_gpus: 2 }),
    row({ id: "high", idle_loaded_w: 90 }),
    row({ id: "elsewhere", idle_loaded_w: 20, gpu: "other" }),
  ];
  const idle = loadedIdle(workload(), catalogueOf({ gpus: [gpu(), gpu({ id: "other" })], measurements: rows }));
  expect(idle?.rows.map(({ id }) => id)).toEqual(["middle"]);
  expect(idle?.power_w).toEqual({ value: 60, low: 50, high: 90 });
});

test("the user's own reading comes before published ones, and a fleet cites it", () => {
  const published = catalogueOf({ measurements: [row({ idle_loaded_w: 50 })] });
  const catalogue = withOwnMeasurements(published, [row({ id: "mine", source: "mine", idle_loaded_w: 100 })]);
  expect(loadedIdle(workload(), catalogue)?.power_w.value).toBe(100);
  const fleet = estimateFleet({ workload: workload(), demand: demand() }, catalogue);
  if (fleet.kind !== "estimated") throw new Error(fleet.kind);
  expect(fleet.basis.evidence).toContain("mine");
  expect(fleet.basis.notes.join(" ")).toContain("idle power with weights loaded is measured (mine)");
});

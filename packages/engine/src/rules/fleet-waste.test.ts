import { expect, test } from "vitest";
import type { FleetOutcome } from "../domain/fleet.ts";
import { catalogueOf, demand, gpu, row, workload } from "../evidence/fixture-catalogue.test-data.ts";
import { estimateFleet } from "../evidence/fleet.ts";
import { subjectOf, workloadOf } from "./fixture-catalogue.test-data.ts";
import { wasteAgainst } from "./fleet-waste.ts";

const catalogue = catalogueOf({
  gpus: [gpu()],
  measurements: [
    row({ id: "one" }),
    row({ id: "sixteen", batch_size: 16, energy_j_per_token: 4, throughput_tok_s: 40, power_w: 160 }),
  ],
});

const kwh = (outcome: FleetOutcome): number => {
  if (outcome.kind !== "estimated") throw new Error(outcome.kind);
  return outcome.monthly.energy_kwh.value;
};

test("overload is counted once: the saving is the one that the two estimates show", () => {
  const traffic = demand({ replicas: 1, requests_per_month: 1e7 });
  const [one, sixteen] = [workload({ batch_size: 1 }), workload({ batch_size: 16 })];
  const fleet = estimateFleet({ workload: one, demand: traffic }, catalogue);
  const batched = estimateFleet({ workload: sixteen, demand: traffic }, catalogue);
  expect(fleet).toMatchObject({ kind: "estimated", replicas_needed: expect.any(Number) });
  const { resolved } = subjectOf({}, workloadOf("org/large", "card-a"));
  if (!resolved) throw new Error("not resolved");
  const subject = { ...subjectOf({}), resolved: { ...resolved, workload: one, demand: traffic }, fleet, catalogue };
  const waste = wasteAgainst(subject, { batch_size: 16 });
  expect(waste?.value).toBeGreaterThan(0);
  expect(waste?.value).toBeCloseTo(100 * (1 - kwh(batched) / kwh(fleet)), 9);
});

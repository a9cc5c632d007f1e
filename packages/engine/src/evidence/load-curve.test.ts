import { expect, test } from "vitest";
import { demand, gpu, servedCatalogue, workload } from "./fixture-catalogue.test-data.ts";
import { fleetsOf } from "./fleet.ts";
import { loadCurve } from "./load-curve.ts";

const catalogue = servedCatalogue();
const curve = (pue = 1) => loadCurve(fleetsOf(workload({ framework: "vllm" }), catalogue), demand({ pue }), 16);

test("energy per request falls with traffic while one replica serves it, and rises where the next starts", () => {
  const points = curve();
  const single = points.filter(({ replicas }) => replicas === 1).map((p) => p.energy_j_per_request.value);
  expect(single).toEqual(single.toSorted((a, b) => b - a));
  const [full, over] = [
    points.findLast(({ replicas }) => replicas === 1),
    points.find(({ replicas }) => replicas === 2),
  ];
  expect(full?.utilization).toBeCloseTo(0.8, 9);
  expect(over?.energy_j_per_request.value).toBeGreaterThan(full?.energy_j_per_request.value ?? Number.NaN);
  expect(Math.max(...points.map(({ utilization }) => utilization))).toBeLessThanOrEqual(0.8 * (1 + 1e-9));
});

test("twice the traffic on twice the replicas costs the same per request", () => {
  const at = (replicas: number) => curve().findLast((p) => p.replicas === replicas);
  expect(at(2)?.requests_per_month).toBeCloseTo(2 * (at(1)?.requests_per_month ?? 0), 6);
  expect(at(2)?.energy_j_per_request.value).toBeCloseTo(at(1)?.energy_j_per_request.value ?? 0, 6);
});

test("little traffic pays for the month: 75 W all the time over a hundredth of 40 tok/s", () => {
  const [first] = curve();
  // Busy 4 % of the time at 100 W, idle the rest.
  expect(first?.energy_j_per_request.value).toBeCloseTo((0.04 * 100 + 0.96 * 75) / (0.4 / 256), -2);
});

test("knows nothing of the building", () => {
  expect(curve(2).map((p) => p.energy_j_per_request.value)).toEqual(
    curve(1).map((p) => expect.closeTo(p.energy_j_per_request.value, 6)),
  );
});

test("is empty where the replica cannot be estimated", () => {
  const vague = workload({ framework: "vllm", gpu: gpu({ idle_w: null, tdp_w: null }) });
  expect(loadCurve(fleetsOf(vague, catalogue), demand(), 16)).toEqual([]);
});

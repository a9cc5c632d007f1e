// What the load model finds once for many questions is what each question finds alone.
import fc from "fast-check";
import { expect, test } from "vitest";
import { rawEstimate } from "../packages/engine/src/evidence/estimate.ts";
import { estimateFleet, fleetEstimate, fleetsOf } from "../packages/engine/src/evidence/fleet.ts";
import { throughputAlong } from "../packages/engine/src/evidence/throughput.ts";
import { configuration, resolved } from "./support/arbitrary-requests.ts";
import { catalogue, outcomeOf } from "./support/run-protocol.ts";

test("throughputAlong is the throughput of rawEstimate, to the last digit, on every rung", () => {
  const tiers = new Set<string>();
  fc.assert(
    fc.property(configuration, fc.double({ min: 0.3, max: 3, noNaN: true }), (input, factor) => {
      fc.pre(outcomeOf("estimate", input).ok);
      const { workload } = resolved(input);
      const w = { ...workload, batch_size: Math.max(1, workload.batch_size * factor) };
      const raw = rawEstimate(w, catalogue);
      if (raw) tiers.add(raw.tier);
      expect(throughputAlong(workload, catalogue)(w.batch_size)).toBe(raw?.throughput_tok_s?.value ?? null);
    }),
    { numRuns: 400 },
  );
  expect([...tiers].sort()).toEqual(["interpolated", "measured", "modelled", "transferred"]);
});

test("a fleet is the same whether its configuration is asked once or many times, in any order", () => {
  const questions = fc.array(fc.tuple(fc.constantFrom(1, 2, 5, 16, 64), fc.double({ min: -3, max: 3, noNaN: true })), {
    minLength: 2,
    maxLength: 8,
  });
  let compared = 0;
  fc.assert(
    fc.property(configuration, questions, (input, asked) => {
      fc.pre(outcomeOf("estimate", input).ok);
      const { workload, demand } = resolved(input);
      const fleets = fleetsOf(workload, catalogue);
      for (const [batch_size, decades] of asked) {
        const traffic = { ...demand, replicas: 2, requests_per_month: 1e6 * 10 ** decades };
        const together = fleets(traffic, batch_size);
        const alone = estimateFleet({ workload: { ...workload, batch_size }, demand: traffic }, catalogue);
        expect(together.kind === "runs").toBe(alone.kind === "estimated");
        if (together.kind !== "runs" || alone.kind !== "estimated") continue;
        compared += 1;
        // What is left of the root's tolerance.
        const { operating_batch, busy_kwh, idle_kwh, utilization } = fleetEstimate(together);
        expect(operating_batch / alone.operating_batch).toBeCloseTo(1, 7);
        expect(busy_kwh.value / alone.busy_kwh.value).toBeCloseTo(1, 7);
        expect((busy_kwh.value + idle_kwh.value) / alone.monthly.energy_kwh.value).toBeCloseTo(1, 7);
        expect(utilization).toBe(alone.utilization);
      }
    }),
    { numRuns: 200 },
  );
  expect(compared).toBeGreaterThan(200);
});

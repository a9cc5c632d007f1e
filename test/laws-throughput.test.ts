// The load model asks for a throughput alone: the same number as the whole estimate's, on every rung.
import fc from "fast-check";
import { expect, test } from "vitest";
import { rawEstimate } from "../packages/engine/src/evidence/estimate.ts";
import { throughputOf } from "../packages/engine/src/evidence/throughput.ts";
import { configuration, resolved } from "./support/arbitrary-requests.ts";
import { catalogue, outcomeOf } from "./support/run-protocol.ts";

test("throughputOf is the throughput of rawEstimate, to the last digit, on every rung", () => {
  const tiers = new Set<string>();
  fc.assert(
    fc.property(configuration, fc.double({ min: 0.3, max: 3, noNaN: true }), (input, factor) => {
      fc.pre(outcomeOf("estimate", input).ok);
      const { workload } = resolved(input);
      const w = { ...workload, batch_size: Math.max(1, workload.batch_size * factor) };
      const raw = rawEstimate(w, catalogue);
      if (raw) tiers.add(raw.tier);
      expect(throughputOf(w, catalogue)).toBe(raw?.throughput_tok_s?.value ?? null);
    }),
    { numRuns: 400 },
  );
  expect([...tiers].sort()).toEqual(["interpolated", "measured", "modelled", "transferred"]);
});

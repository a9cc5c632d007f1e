import { describe, expect, test } from "vitest";
import { exactly, quantity } from "../domain/interval.ts";
import { catalogueOf, row, workload } from "./fixture-catalogue.test-data.ts";
import { monthRatio, type Use } from "./month-ratio.ts";
import { energyRatio } from "./ratio.ts";

// NF4 uses 0.8 of FP16 in one session, whose runs do not differ; FP16 halves its energy from batch 1 to 4.
const catalogue = catalogueOf({
  measurements: [
    row({ id: "fp16", throughput_std: 0 }),
    row({ id: "nf4", precision: "nf4", energy_j_per_token: 8, throughput_std: 0 }),
    row({ id: "fp16-4", batch_size: 4, energy_j_per_token: 5, throughput_std: 0 }),
  ],
});
const use = (change: Parameters<typeof workload>[0], busy: number, idle: Use["idle_kwh"]): Use => ({
  workload: workload(change),
  busy_kwh: exactly(busy),
  length_factor: 1,
  idle_kwh: idle,
});

describe("the month of one configuration over that of another", () => {
  test("of requests alone is the ratio of their energies", () => {
    const [a, b] = [use({ precision: "nf4" }, 80, null), use({}, 100, null)];
    expect(monthRatio(a, b, catalogue)).toEqual(energyRatio(a.workload, b.workload, catalogue));
  });

  test("of fleets: idle energy dilutes what the precision saves, and its wide assumption is shared", () => {
    const idle = quantity(100, 50, 200);
    const found = monthRatio(use({ precision: "nf4" }, 1, idle), use({}, 100, idle), catalogue);
    expect(found?.ratio.value).toBeCloseTo(180 / 200, 9);
    expect(found?.ratio.low).toBeCloseTo(130 / 150, 9);
    expect(found?.ratio.high).toBeCloseTo(280 / 300, 9);
    expect(found).toMatchObject({ separable: true, basis: "same session", evidence: ["nf4", "fp16"] });
  });

  test("of fleets at two batches: told apart at one, the other's batch is its own", () => {
    // NF4 at batch 1: 0.8 of what FP16 would use at batch 1, twice what it uses at batch 4.
    const found = monthRatio(
      use({ precision: "nf4" }, 1, exactly(0)),
      use({ batch_size: 4 }, 100, exactly(0)),
      catalogue,
    );
    expect(found?.ratio.value).toBeCloseTo(1.6, 9);
  });

  test("of fleets at two batches keeps the error of the batches", () => {
    const held_out = [...catalogueOf().held_out];
    const physics = catalogueOf({ measurements: [], held_out });
    const [a, b] = [use({ batch_size: 8 }, 1, exactly(0)), use({}, 1, exactly(0))];
    const found = monthRatio(a, b, physics);
    expect((found?.ratio.high ?? 0) / (found?.ratio.value ?? 1)).toBeCloseTo(2.5 ** Math.SQRT2, 6);
  });

  test("of nothing at all is not known", () => {
    expect(monthRatio(use({}, 0, exactly(0)), use({ precision: "nf4" }, 0, exactly(0)), catalogue)).toBeNull();
  });
});

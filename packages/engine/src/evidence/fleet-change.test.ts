import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fleet, FleetChange } from "../domain/fleet.ts";
import { catalogueOf, demand, gpu, model, row, workload } from "./fixture-catalogue.test-data.ts";
import { estimateFleet } from "./fleet.ts";
import { changeFleet } from "./fleet-change.ts";

const SECONDS_PER_MONTH = 730 * 3600;
const OTHER_CARD = gpu({ id: "other", name: "Other Card", idle_w: 20 });
const served = (change: Parameters<typeof row>[0]) => row({ framework: "vllm", ...change });
const catalogue = catalogueOf({
  gpus: [gpu(), OTHER_CARD],
  measurements: [
    served({ id: "one" }),
    served({ id: "sixteen", batch_size: 16, energy_j_per_token: 4, throughput_tok_s: 40, power_w: 160 }),
    served({ id: "other-one", gpu: "other" }),
    served({
      id: "other-sixteen",
      gpu: "other",
      batch_size: 16,
      energy_j_per_token: 3,
      throughput_tok_s: 50,
      power_w: 150,
    }),
  ],
});
const fleet = (tokensPerSecond: number, replicas = 1, w: Parameters<typeof workload>[0] = {}): Fleet => ({
  workload: workload({ framework: "vllm", batch_size: 16, ...w }),
  demand: demand({ replicas, requests_per_month: (tokensPerSecond * SECONDS_PER_MONTH) / 256 }),
});
const change = (before: Fleet | null, after: Fleet | null): FleetChange => {
  const found = changeFleet(before, after, catalogue);
  if (!found) throw new Error("no estimate");
  return found;
};
const kwh = (f: Fleet) => {
  const outcome = estimateFleet(f, catalogue);
  if (outcome.kind !== "estimated") throw new Error(outcome.kind);
  return outcome.monthly.energy_kwh;
};
const told = ({ causes }: FleetChange): number => causes.reduce((s, cause) => s + cause.energy_kwh, 0);

describe("the interval of a difference", () => {
  test("on the same card, model and precision the shared error cancels", () => {
    const single = { batch_size: 1 };
    const [before, after] = [fleet(5, 2, single), fleet(5, 4, single)];
    const { energy_kwh } = change(before, after);
    const [b, a] = [kwh(before), kwh(after)];
    expect(energy_kwh.value).toBeCloseTo(a.value - b.value, 9);
    expect(energy_kwh.high - energy_kwh.low).toBeLessThan(0.8 * (a.high - b.low - (a.low - b.high)));
    // Only idle energy differs: the busy error is gone altogether.
    expect(energy_kwh.low).toBeCloseTo((2 * 50 * 730) / 1000, 6);
    expect(energy_kwh.high).toBeCloseTo((2 * 150 * 730) / 1000, 6);
  });

  test("on another card the errors are independent: narrower than the extremes, wider than either", () => {
    const [before, after] = [fleet(20), fleet(20, 1, { gpu: OTHER_CARD })];
    const { energy_kwh } = change(before, after);
    const [b, a] = [kwh(before), kwh(after)];
    const width = energy_kwh.high - energy_kwh.low;
    expect(width).toBeLessThan(a.high - a.low + (b.high - b.low));
    expect(width).toBeGreaterThan(Math.max(a.high - a.low, b.high - b.low));
    expect(energy_kwh.value - energy_kwh.low).toBeCloseTo(Math.hypot(a.value - a.low, b.high - b.value), 9);
    expect(energy_kwh.high - energy_kwh.value).toBeCloseTo(Math.hypot(a.high - a.value, b.value - b.low), 9);
  });
});

describe("causes", () => {
  test("more replicas at the same traffic: idle replicas, and lost batching where requests were batched", () => {
    const single = { batch_size: 1 };
    expect(change(fleet(5, 2, single), fleet(5, 4, single)).causes.map(({ cause }) => cause)).toEqual([
      "idle replicas",
    ]);
    const both = change(fleet(30, 1), fleet(30, 6));
    expect(both.causes.map(({ cause }) => cause).toSorted()).toEqual(["idle replicas", "lost batching"]);
    expect(both.causes.every(({ energy_kwh }) => energy_kwh > 0)).toBe(true);
  });

  test("max_num_seqs=1 under load: lost batching, with the replicas that would be needed", () => {
    const { causes } = change(fleet(20, 3), fleet(20, 3, { batch_size: 1 }));
    expect(causes[0]).toMatchObject({ cause: "lost batching" });
    const over = change(fleet(20), fleet(20, 1, { batch_size: 1 }));
    expect(over.causes[0]?.why).toContain("this traffic needs 2 replicas");
  });

  test("at a traffic that never batches, the bound is told to cost hardly any energy", () => {
    const { causes, energy_kwh } = change(fleet(0.01), fleet(0.01, 1, { batch_size: 1 }));
    expect(energy_kwh.value).toBeCloseTo(0, 3);
    expect(causes[0]?.why).toContain("hardly any energy until traffic grows");
  });

  test("a traffic beyond capacity is told as such, though the bound changes nothing", () => {
    const [cause] = change(fleet(100, 1, { batch_size: 512 }), fleet(100, 1, { batch_size: 256 })).causes;
    expect(cause?.why).toMatch(/this traffic needs \d+ replicas/);
    expect(cause?.why).not.toContain("until traffic grows");
  });

  test("a step that fits nowhere alone is told with the next, each with its values", () => {
    const small = gpu({ id: "small", name: "Small Card", vram_gb: 18 });
    const large = model({ id: "toy/Fifteen-15B", params_b_total: 15, params_b_active: 15 });
    const { causes } = change(fleet(0.1, 1, { gpu: small }), fleet(0.1, 1, { model: large }));
    expect(causes).toHaveLength(1);
    expect(causes[0]?.cause).toBe("model, gpu");
    expect(causes[0]?.why).toBe("model toy/Seven-7B → toy/Fifteen-15B, gpu small → card");
  });

  test("add up to the difference, whatever changes at once; the way back is the negative", () => {
    const anyFleet = fc
      .tuple(
        fc.double({ min: 0.1, max: 200, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(1, 4, 16),
        fc.constantFrom(gpu(), OTHER_CARD),
        fc.constantFrom(128, 512, 1024),
        fc.constantFrom(1, 1.1),
      )
      .map(([tokens, replicas, batch_size, card, sequence_length, pue]) => {
        const f = fleet(tokens, replicas, { batch_size, gpu: card, sequence_length });
        return { ...f, demand: { ...f.demand, pue } };
      });
    fc.assert(
      fc.property(anyFleet, anyFleet, (before, after) => {
        const there = change(before, after);
        expect(told(there)).toBeCloseTo(there.energy_kwh.value, 5);
        expect(change(after, before).energy_kwh.value).toBeCloseTo(-there.energy_kwh.value, 9);
        expect(there.causes.map((c) => Math.abs(c.energy_kwh))).toEqual(
          there.causes.map((c) => Math.abs(c.energy_kwh)).toSorted((a, b) => b - a),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("nothing changed: no difference and no cause", () => {
    expect(change(fleet(5), fleet(5))).toMatchObject({ energy_kwh: { value: 0, low: 0, high: 0 }, causes: [] });
  });
});

describe("one side only", () => {
  test("a new deployment costs all of itself, a removed one saves it", () => {
    const there = change(null, fleet(5));
    expect(there).toMatchObject({ energy_kwh: kwh(fleet(5)), percent: null, causes: [{ cause: "new deployment" }] });
    const gone = change(fleet(5), null);
    expect(gone.energy_kwh.value).toBeCloseTo(-kwh(fleet(5)).value, 9);
    expect(gone.causes[0]?.cause).toBe("removed deployment");
  });

  test("a side that cannot be estimated has no difference", () => {
    expect(changeFleet(fleet(5), fleet(5, 1, { precision: "awq" }), catalogue)).toBeNull();
  });
});

test("price and carbon follow the energy; the percentage is of what was before", () => {
  const { energy_kwh, cost_usd, carbon_kgco2e, percent } = change(fleet(5, 2), fleet(5, 4));
  expect(cost_usd?.value).toBeCloseTo(0.1 * energy_kwh.value, 9);
  expect(carbon_kgco2e?.value).toBeCloseTo(0.5 * energy_kwh.value, 9);
  expect(percent?.value).toBeCloseTo((100 * energy_kwh.value) / kwh(fleet(5, 2)).value, 9);
});

describe("another place", () => {
  const at = (replicas: number, place: Partial<Fleet["demand"]>): Fleet => {
    const base = fleet(1, replicas);
    return { ...base, demand: { ...base.demand, ...place } };
  };
  const clean = { region: "clean", electricity_usd_per_kwh: 0.2, grid_gco2_per_kwh: 50 };
  const dirty = { region: "dirty", electricity_usd_per_kwh: 0.1, grid_gco2_per_kwh: 500 };

  test("changes dollars and kilograms at equal energy, told", () => {
    const found = change(at(1, clean), at(1, dirty));
    const energy = kwh(at(1, clean)).value;
    expect(found.energy_kwh.value).toBe(0);
    expect(found.cost_usd?.value).toBeCloseTo(-0.1 * energy, 9);
    expect(found.carbon_kgco2e?.value).toBeCloseTo(0.45 * energy, 9);
    expect(found.causes.find(({ cause }) => cause === "region")?.why).toContain("clean → dirty");
  });

  test("whose price is not known leaves dollars unknown", () => {
    expect(change(at(1, clean), at(1, { ...dirty, electricity_usd_per_kwh: null })).cost_usd).toBeNull();
  });

  test("with another PUE is a cause of its own beside more replicas", () => {
    const found = change(at(2, { pue: 1.1 }), at(3, { pue: 2 }));
    expect(found.causes.map(({ cause }) => cause)).toEqual(expect.arrayContaining(["PUE", "idle replicas"]));
    expect(told(found)).toBeCloseTo(found.energy_kwh.value, 9);
  });
});

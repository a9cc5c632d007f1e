import { describe, expect, test } from "vitest";
import type { Fleet, FleetEstimate } from "../domain/fleet.ts";
import { catalogueOf, demand, gpu, row, servedCatalogue, workload } from "./fixture-catalogue.test-data.ts";
import { estimateFleet } from "./fleet.ts";

const SECONDS_PER_MONTH = 730 * 3600;
const catalogue = servedCatalogue();
/** A card that physics knows too little of: between its rows stands a straight line, which a hand can compute. */
const plain = gpu({ mem_bandwidth_gb_s: null });
/** A fleet that is asked for `tokensPerSecond` in all. */
const fleet = (tokensPerSecond: number, replicas = 1, w: Parameters<typeof workload>[0] = {}): Fleet => ({
  workload: workload({ framework: "vllm", batch_size: 16, gpu: plain, ...w }),
  demand: demand({ replicas, requests_per_month: (tokensPerSecond * SECONDS_PER_MONTH) / 256 }),
});
const estimate = (f: Fleet): FleetEstimate => {
  const outcome = estimateFleet(f, catalogue);
  if (outcome.kind !== "estimated") throw new Error(outcome.kind);
  return outcome;
};

describe("below one request at a time", () => {
  const half = estimate(fleet(5));

  test("the replica idles the rest: what it makes while busy is what is asked for, the other hours are idle", () => {
    expect(half).toMatchObject({ replicas_needed: null });
    const { busy_fraction: busy, mean_concurrency: n } = half;
    // Random arrivals: busy 1 − e^(−n) of the time; throughput is 10 b^(1/2) on log-log axes.
    expect(busy).toBeCloseTo(1 - Math.exp(-n), 6);
    expect(busy * 10 * Math.sqrt(n / busy)).toBeCloseTo(5, 6);
    expect(half.idle_kwh.value).toBeCloseTo(((1 - busy) * 75 * 730) / 1000, 6);
    expect(half.monthly.energy_kwh.value).toBeCloseTo(half.busy_kwh.value + half.idle_kwh.value, 9);
  });

  test("one at a time: busy for as long as one after the other takes", () => {
    const single = estimate(fleet(5, 1, { batch_size: 1 }));
    expect(single.busy_fraction).toBeCloseTo(0.5, 9);
    expect(single.mean_concurrency).toBeCloseTo(0.5, 9);
    expect(single.busy_kwh.value).toBeCloseTo((5 * 10 * 730) / 1000, 6);
    expect(single.idle_kwh.value).toBeCloseTo((0.5 * 75 * 730) / 1000, 6);
  });

  test("twice the replicas idle more and share less", () => {
    const two = estimate(fleet(5, 2));
    expect(two.idle_kwh.value).toBeGreaterThan(half.idle_kwh.value);
    expect(two.busy_kwh.value).toBeGreaterThan(half.busy_kwh.value);
    const [one1, two1] = [estimate(fleet(5, 1, { batch_size: 1 })), estimate(fleet(5, 2, { batch_size: 1 }))];
    expect(two1.busy_kwh.value).toBeCloseTo(one1.busy_kwh.value, 6);
    expect(two1.idle_kwh.value - one1.idle_kwh.value).toBeCloseTo((75 * 730) / 1000, 6);
  });

  test("no traffic: all idle", () => {
    expect(estimate(fleet(0, 3))).toMatchObject({ busy_fraction: 0, busy_kwh: { value: 0 } });
    expect(estimate(fleet(0, 3)).idle_kwh.value).toBeCloseTo((3 * 75 * 730) / 1000, 9);
  });
});

test("51: up for a part of the month, with as much less traffic, a fleet uses that part, busy and idle", () => {
  const whole = estimate(fleet(5));
  const part = fleet(5 / 10);
  const tenth = estimate({ ...part, demand: { ...part.demand, hours_per_month: 73, gpu_hour_usd: 2 } });
  expect(tenth.busy_kwh.value).toBeCloseTo(whole.busy_kwh.value / 10, 9);
  expect(tenth.idle_kwh.value).toBeCloseTo(whole.idle_kwh.value / 10, 9);
  expect(tenth.utilization).toBeCloseTo(whole.utilization, 9);
  expect(tenth.monthly.rental_usd?.value).toBeCloseTo(2 * 73, 9);
});

test("GPUs that nothing runs on idle all month and are rented: the rest is the fleet without them", () => {
  const alone = fleet(5);
  const demandOf = (unused_gpus: number) => ({ ...alone.demand, replicas: 2, gpu_hour_usd: 2, unused_gpus });
  const none = estimate({ ...alone, demand: demandOf(0) });
  const three = estimate({ ...alone, demand: demandOf(3) });
  expect(three.busy_kwh).toEqual(none.busy_kwh);
  expect(three.metrics).toEqual(none.metrics);
  // The toy card idles at 50 W without, and at 75 W with weights loaded.
  const kwh = (watts: number) => (2 * 3 * watts * 730) / 1000;
  expect(three.idle_kwh.value - none.idle_kwh.value).toBeCloseTo(kwh(50), 6);
  expect(three.idle_kwh.low - none.idle_kwh.low).toBeLessThan(kwh(50.01));
  expect(three.idle_kwh.high - none.idle_kwh.high).toBeGreaterThan(kwh(74.99));
  expect(three.monthly.rental_usd?.value).toBeCloseTo(2 * 2 * 4 * 730, 9);
  expect(three.basis.notes.join(" ")).toContain("Of the 4 GPUs of a replica 1 is used; the other 3 idle");
});

describe("between one and the bound", () => {
  test("concurrency solves Little's law: throughput there is what is asked for", () => {
    const busy = estimate(fleet(30));
    expect(busy).toMatchObject({ replicas_needed: null });
    // Throughput is 10 b^(1/2) on log-log axes, so 30 tok/s need nine at once, and almost no idle time is left.
    expect(busy.mean_concurrency).toBeCloseTo(9, 1);
    expect(busy.busy_fraction).toBeGreaterThan(0.999);
    expect(busy.utilization).toBeCloseTo(0.75, 9);
    expect(busy.busy_fraction * (busy.metrics.throughput_tok_s?.value ?? 0)).toBeCloseTo(30, 3);
  });
});

describe("with dozens at once", () => {
  test("the replica is never idle, and holds what the traffic needs, not its bound", () => {
    // Throughput 10 b^(1/2) as far as it was measured, carried over by physics beyond.
    const wide = catalogueOf({
      gpus: [gpu({ vram_gb: 400 })],
      measurements: [1, 256].map((batch_size) =>
        row({
          id: `batch-${batch_size}`,
          framework: "vllm",
          batch_size,
          throughput_tok_s: 10 * Math.sqrt(batch_size),
          energy_j_per_token: 10 / Math.sqrt(batch_size),
        }),
      ),
    });
    const outcome = estimateFleet(
      fleet(100, 1, { batch_size: 256, gpu: gpu({ vram_gb: 400, mem_bandwidth_gb_s: null }) }),
      wide,
    );
    expect(outcome).toMatchObject({ kind: "estimated", busy_fraction: expect.closeTo(1, 6) });
    if (outcome.kind !== "estimated") return;
    expect(outcome.operating_batch).toBeCloseTo(100, 4);
    expect(outcome.utilization).toBeCloseTo(100 / 160, 9);
  });
});

describe("beyond the bound", () => {
  const over = estimate(fleet(100));

  test("is charged for all of its traffic at full batch, on the replicas that it needs", () => {
    expect(over).toMatchObject({ busy_fraction: 1, mean_concurrency: 16, replicas_needed: 3 });
    expect(over.utilization).toBeCloseTo(2.5, 9);
    expect(over.busy_kwh.value).toBeCloseTo((100 * 4 * 730) / 1000, 6);
    expect(over.monthly.gpu_hours?.value).toBe(3 * 730);
    expect(over.basis.notes.at(-1)).toContain("2.5 times what 1 replica of this configuration can serve: 3 are needed");
  });

  test("a fleet that is exactly full is not too small", () => {
    expect(estimate(fleet(40 * (1 + 1e-15))).replicas_needed).toBeNull();
    expect(estimate(fleet(40.1)).replicas_needed).toBe(2);
  });

  test("that many are enough", () => {
    expect(estimate(fleet(100, 3)).replicas_needed).toBeNull();
  });

  test("max_num_seqs = 1 costs batching", () => {
    const single = estimate(fleet(20, 1, { batch_size: 1 }));
    expect(single).toMatchObject({ mean_concurrency: 1, replicas_needed: 2 });
    expect(estimate(fleet(20, 2, { batch_size: 1 })).monthly.energy_kwh.value).toBeGreaterThan(
      estimate(fleet(20)).monthly.energy_kwh.value,
    );
  });
});

test("memory bounds the concurrency below max_num_seqs", () => {
  // 14 GB of weights and 1 GB of overhead leave 25 GB: 39 sequences of 640 MB, fewer than 512.
  expect(estimate(fleet(1e5, 1, { batch_size: 512, gpu: gpu() })).mean_concurrency).toBe(39);
});

test("PUE, GPUs and price multiply, GPU hours are the calendar's", () => {
  const housed = estimateFleet(
    { ...fleet(5), demand: demand({ ...fleet(5).demand, pue: 1.5, gpu_hour_usd: 2 }) },
    catalogue,
  );
  if (housed.kind !== "estimated") throw new Error(housed.kind);
  const bare = estimate(fleet(5));
  expect(housed.monthly.energy_kwh.value).toBeCloseTo(1.5 * bare.monthly.energy_kwh.value, 9);
  expect(housed.monthly.cost_usd?.value).toBeCloseTo(0.1 * housed.monthly.energy_kwh.value, 9);
  expect(housed.monthly.carbon_kgco2e?.value).toBeCloseTo(0.5 * housed.monthly.energy_kwh.value, 9);
  expect(housed.monthly).toMatchObject({ gpu_hours: { value: 730 }, rental_usd: { value: 1460 } });
});

test("a model that does not fit, or a card of unknown idle power, has no fleet", () => {
  const small = { ...fleet(5), workload: workload({ framework: "vllm", gpu: gpu({ id: "small", vram_gb: 8 }) }) };
  expect(estimateFleet(small, catalogue).kind).toBe("does-not-fit");
  const vague = { ...fleet(5, 1, { gpu: gpu({ idle_w: null, tdp_w: null }) }) };
  expect(estimateFleet(vague, catalogue)).toMatchObject({
    kind: "unknown",
    missing: expect.stringContaining("idle power"),
  });
});

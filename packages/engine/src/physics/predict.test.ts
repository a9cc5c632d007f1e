import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogueOf, gpu, workload } from "../evidence/fixture-catalogue.test-data.ts";
import { COEFFICIENTS, coefficientValues } from "./coefficients.ts";
import { coefficientsOf, idlePowerW, predict } from "./predict.ts";
import { TODAY } from "./step.ts";

const catalogue = catalogueOf();
const c = coefficientsOf(catalogue);

describe("one decode step", () => {
  test("launch-bound and memory-bound parts overlap: more than the longer, less than the sum", () => {
    const seconds = predict(workload(), catalogue)?.step.seconds ?? 0;
    // 10 layers of 1 ms; 14 GB of weights and 0.64 GB of cache over half of 1000 GB/s.
    const [launch, memory] = [0.01, (14 + 0.64) / 500];
    expect(seconds).toBeGreaterThan(memory);
    expect(seconds).toBeLessThan(launch + memory + 0.002);
  });

  test("energy is power over throughput, throughput is batch over step time", () => {
    const p = predict(workload({ batch_size: 8 }), catalogue);
    expect(p?.energy_j_per_token).toBeCloseTo((p?.power_w ?? 0) / (p?.throughput_tok_s ?? 1), 12);
    expect(p?.throughput_tok_s).toBeCloseTo(8 / (p?.step.seconds ?? 1), 9);
  });

  test("an older engine's loop slows the step and leaves the GPU waiting at less power", () => {
    const served = workload({ framework: "vllm" });
    const [now, then] = [predict(served, catalogue), predict(served, catalogue, c, { ...TODAY, older: true })];
    expect(then?.step.seconds).toBeGreaterThan(now?.step.seconds ?? 0);
    expect(then?.power_w).toBeLessThan(now?.power_w ?? 0);
    expect(then?.energy_j_per_token).toBeGreaterThan(now?.energy_j_per_token ?? 0);
  });

  test("pipeline stages read the weights once for each share of the batch", () => {
    const served = workload({ framework: "vllm", num_gpus: 2 });
    const [one, two] = [predict(served, catalogue), predict(served, catalogue, c, { ...TODAY, pipeline_parallel: 2 })];
    // 14 GB more over two GPUs at half of 1000 GB/s.
    expect((two?.step.seconds ?? 0) - (one?.step.seconds ?? 0)).toBeCloseTo(14 / 1000, 9);
  });

  test("two GPUs halve memory and arithmetic and add their exchanges", () => {
    const [one, two] = [1, 2].map(
      (num_gpus) => predict(workload({ framework: "vllm", num_gpus }), catalogue)?.step.seconds ?? 0,
    );
    // 10 layers of 100 µs; (14 + 0.64) GB at half of 1000 GB/s; 3 tokens x 14 GFLOP at half of 100 TFLOPS.
    const [fixed, busy] = [0.001, 14.64 / 500 + (3 * 14e9) / 50e12];
    expect(one).toBeCloseTo(fixed + busy, 6);
    expect(two).toBeCloseTo(fixed + busy / 2, 5);
  });

  test("throughput grows with the batch, energy per token falls, power stays between idle and TDP", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("transformers", "vllm"),
        fc.integer({ min: 1, max: 256 }),
        fc.integer({ min: 1, max: 256 }),
        (framework, batch_size, more) => {
          const at = (batch: number) => predict(workload({ framework, batch_size: batch }), catalogue);
          const [small, large] = [at(batch_size), at(batch_size + more)];
          expect(large?.throughput_tok_s).toBeGreaterThan(small?.throughput_tok_s ?? 0);
          expect(large?.energy_j_per_token).toBeLessThan(small?.energy_j_per_token ?? 0);
          expect(large?.power_w).toBeGreaterThan(50);
          expect(large?.power_w).toBeLessThanOrEqual(400);
        },
      ),
    );
  });
});

test.each(["mem_bandwidth_gb_s", "tdp_w"] as const)("a card without %s is not predicted", (field) => {
  expect(predict(workload({ gpu: gpu({ [field]: null, idle_w: 50 }) }), catalogue)).toBeNull();
});

test("idle power: the card's own, else the usual share of TDP, else not known", () => {
  expect(idlePowerW(gpu({ idle_w: 33 }), c)).toBe(33);
  expect(idlePowerW(gpu({ idle_w: null }), c)).toBe(40);
  expect(idlePowerW(gpu({ idle_w: null, tdp_w: null }), c)).toBeNull();
});

test("a coefficient that data does not give is named", () => {
  const { [COEFFICIENTS[3]]: _, ...rest } = catalogue.physics;
  expect(() => coefficientValues(rest)).toThrow(COEFFICIENTS[3]);
});

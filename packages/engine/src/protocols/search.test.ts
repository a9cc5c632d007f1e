import { describe, expect, test } from "vitest";
import type { Measurement } from "../domain/measurement.ts";
import { catalogueOf, row } from "../evidence/fixture-catalogue.test-data.ts";
import { resolveRequest } from "./resolve.ts";
import { type Budgets, bestWithin, NO_BUDGETS, warningsOf } from "./search.ts";

/** Energy 10/sqrt(batch) at 16 bit, and NF4 at `factor` times that in the same session. */
const series = (factor: number, throughput_std: number | null): Measurement[] =>
  [1, 2, 4, 8, 16, 32].flatMap((batch_size) => {
    const energy_j_per_token = 10 / Math.sqrt(batch_size);
    const throughput_tok_s = 10 * Math.sqrt(batch_size);
    return [
      row({ id: `fp16-${batch_size}`, batch_size, energy_j_per_token, throughput_tok_s, throughput_std }),
      row({
        id: `nf4-${batch_size}`,
        precision: "nf4",
        batch_size,
        energy_j_per_token: factor * energy_j_per_token,
        throughput_tok_s,
        throughput_std,
      }),
    ];
  });
const search = (factor: number, request: object = {}, budgets: Partial<Budgets> = {}, spread: number | null = 0) => {
  const catalogue = catalogueOf({ measurements: series(factor, spread) });
  const resolved = resolveRequest({ model_id: "toy/Seven-7B", hardware_platform: "card", ...request }, catalogue);
  if (!resolved.ok) throw new Error(resolved.problem.detail);
  return bestWithin(resolved.value, { ...NO_BUDGETS, ...budgets }, catalogue);
};
/** What a reader is told of the best one. */
const told = (...args: Parameters<typeof search>) => {
  const { best } = search(...args);
  return best && warningsOf(best, catalogueOf()).map(({ code }) => code);
};
const bestOf = (...args: Parameters<typeof search>) => {
  const best = search(...args).best?.candidate.configuration;
  return best && [best.quantization, best.batch_size];
};

describe("between two precisions", () => {
  test("the one that saves, with the accuracy caveat", () => {
    expect(bestOf(0.7)).toEqual(["nf4", 32]);
    expect(told(0.7)).toEqual(["accuracy-not-assessed"]);
  });

  test("16 bit where quantization costs, and where the two are the same", () => {
    expect(bestOf(1.3)).toEqual(["fp16", 32]);
    expect(bestOf(1)).toEqual(["fp16", 32]);
    expect(told(1)).toEqual([]);
  });
});

test("a saving that the session's spread could explain is no reason to quantize", () => {
  expect(bestOf(0.97)).toEqual(["nf4", 32]);
  expect(bestOf(0.97, {}, {}, null)).toEqual(["fp16", 32]);
});

describe("budgets", () => {
  test("latency bounds the batch: 1000 n 256 / (10 sqrt n) ms", () => {
    expect(bestOf(1.3, {}, { max_latency_ms: 52_000 })).toEqual(["fp16", 4]);
    expect(bestOf(1.3, {}, { max_latency_ms: 51_000 })).toEqual(["fp16", 2]);
  });

  test("a row of shorter prompts is judged at the asked ones, told", () => {
    const long = { sequence_length: 3000 };
    const { best } = search(1.3, long, { max_latency_ms: 60_000 });
    const batch = best?.resolved.workload.batch_size ?? 0;
    // As the rows ran, batch 4 takes 51,200 ms.
    expect(batch).toBeLessThan(4);
    const shown = best?.candidate.metrics.latency_ms_per_request?.value;
    expect(shown).toBeCloseTo(25_600 * Math.sqrt(batch), 6);
    expect(best?.warnings.map(({ code }) => code)).toContain("budgets-at-asked-lengths");
    const free = search(1.3, long, { max_vram_gb: 100 });
    expect(free.best?.warnings.map(({ code }) => code)).not.toContain("budgets-at-asked-lengths");
  });

  test("memory and throughput bound it from both sides", () => {
    // Smaller weights leave room for a larger batch, which saves more than the precision costs.
    expect(bestOf(1.3, {}, { max_vram_gb: 18.1 })).toEqual(["nf4", 16]);
    expect(bestOf(1.3, {}, { max_vram_gb: 10 })).toEqual(["nf4", 4]);
    expect(bestOf(1.3, {}, { min_throughput_tok_s: 56 })).toEqual(["fp16", 32]);
  });

  test("none fits: the closest first, with what it breaks", () => {
    const { best, feasible, infeasible } = search(1.3, {}, { max_latency_ms: 25_000 });
    expect([best, feasible]).toEqual([null, []]);
    expect(infeasible[0]?.resolved.workload.batch_size).toBe(1);
    expect(infeasible[0]?.violates).toEqual([{ budget: "max_latency_ms", limit: 25_000, value: 25_600 }]);
  });
});

describe("use cases", () => {
  test("bound the batch, but not to what does not fit", () => {
    expect(bestOf(1.3, { use_case: "interactive_chat" })).toEqual(["fp16", 8]);
    // 8,000 tokens of 1 MB: three sequences beside 14 GB of weights.
    const long = { sequence_length: 7800, generation_length: 200 };
    expect(bestOf(1.3, { ...long, use_case: "batch_processing" })?.[1]).toBeLessThan(32);
  });
});

describe("an always-on fleet", () => {
  test("among bounds that use the same energy the largest that the memory holds is taken: it leaves headroom", () => {
    // 14 GB of weights and 1 GB of overhead leave room for 39 sequences.
    const quiet = { replicas: 2, requests_per_month: 100, batch_size: 8 };
    expect(bestOf(1.3, quiet)?.[1]).toBe(32);
  });
});

import { expect, test } from "vitest";
import { architecture, catalogueOf, gpu, model, workload } from "../evidence/fixture-catalogue.test-data.ts";
import { mambaStateBytes, shapeOf } from "./architecture.ts";
import { memoryGb } from "./memory.ts";

const catalogue = catalogueOf();
const shared = (parts: Record<string, number>) =>
  catalogueOf({
    physics: Object.fromEntries(
      Object.entries(catalogue.physics).map(([name, c]) => [name, { ...c, value: parts[name] ?? c.value }]),
    ),
  });

test("weights, KV cache and overhead add up: 7B at 16 bit, 768 tokens of 1 MB, 1 GB", () => {
  const need = memoryGb(workload(), catalogue);
  expect(need.weights_gb.value).toBe(14);
  expect(need.kv_cache_gb.value).toBeCloseTo(0.768, 9);
  expect(need.overhead_gb).toEqual({ value: 1, low: 0.5, high: 2 });
  expect(need.total_gb.value).toBeCloseTo(15.768, 9);
  expect(need).toMatchObject({ available_gb: 40, fits: true });
});

test("an eager batch holds every sequence at full length, a paged cache at its mean", () => {
  const kv = (framework: "transformers" | "vllm") =>
    memoryGb(workload({ framework, batch_size: 10 }), catalogue).kv_cache_gb.value;
  expect(kv("transformers")).toBeCloseTo(7.68, 9);
  expect(kv("vllm")).toBeCloseTo(6.4, 9);
});

test("a quantized model keeps its unquantized share at 16 bit", () => {
  const with10Percent = shared({ unquantized_share_low: 0, unquantized_share: 0.1, unquantized_share_high: 0.2 });
  const { weights_gb } = memoryGb(workload({ precision: "nf4" }), with10Percent);
  expect(weights_gb.value).toBeCloseTo(7 * (0.9 * 0.5 + 0.1 * 2), 9);
  expect(weights_gb.low).toBeCloseTo(3.5, 9);
  expect(weights_gb.high).toBeCloseTo(7 * (0.8 * 0.5 + 0.2 * 2), 9);
});

test("GPUs add their memory and their overhead, not their weights", () => {
  const need = memoryGb(workload({ num_gpus: 4 }), catalogue);
  expect(need).toMatchObject({ available_gb: 160, weights_gb: { value: 14 }, overhead_gb: { value: 4 } });
});

test("at the very edge of the memory it fits, one byte beyond it does not; an unknown memory refuses nothing", () => {
  const { total_gb } = memoryGb(workload(), catalogue);
  const fits = (vram_gb: number | null) => memoryGb(workload({ gpu: gpu({ vram_gb }) }), catalogue).fits;
  expect([fits(total_gb.value), fits(total_gb.value - 1e-9), fits(null)]).toEqual([true, false, true]);
});

test("a stand-in architecture carries the spread of those it stands in for", () => {
  const two = catalogueOf({
    models: [
      model(),
      model({ id: "toy/Wide-7B", architecture: architecture({ id: "wide", kv_bytes_per_token_bf16: 3e6 }) }),
    ],
  });
  const { kv_cache_gb } = memoryGb(workload({ model: model({ id: "toy/New-7B", architecture: null }) }), two);
  expect([kv_cache_gb.low, kv_cache_gb.high]).toEqual([expect.closeTo(0.768, 9), expect.closeTo(2.304, 9)]);
});

test("the state of a recurrent layer takes memory for each sequence, however short", () => {
  const hybrid = model({ architecture: architecture({ attention_layers: 2 }) });
  const cache = (batch_size: number) =>
    memoryGb(workload({ model: hybrid, batch_size, sequence_length: 1, generation_length: 1 }), catalogue).kv_cache_gb
      .value;
  const state = mambaStateBytes(shapeOf(hybrid, catalogue)) / 1e9;
  expect(state).toBeGreaterThan(0);
  expect(cache(100)).toBeGreaterThan(100 * state);
});

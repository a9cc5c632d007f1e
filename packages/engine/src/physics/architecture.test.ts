import { describe, expect, test } from "vitest";
import { architecture, catalogueOf, model } from "../evidence/fixture-catalogue.test-data.ts";
import { kvBytesPerSequence, shapeOf } from "./architecture.ts";

const catalogue = catalogueOf({
  models: [
    model({
      id: "toy/Six-6B",
      params_b_total: 6,
      architecture: architecture({ layers: 20, kv_bytes_per_token_bf16: 2e6 }),
    }),
    model({ id: "toy/Seven-7B" }),
    model({
      id: "toy/Eight-8B",
      params_b_total: 8,
      architecture: architecture({ layers: 30, kv_bytes_per_token_bf16: 4e6 }),
    }),
    model({
      id: "toy/Huge-700B",
      params_b_total: 700,
      architecture: architecture({ layers: 99, kv_bytes_per_token_bf16: 9e6 }),
    }),
  ],
});

describe("KV cache of one sequence", () => {
  test("grows with each token without a window", () => {
    expect(kvBytesPerSequence(shapeOf(model(), catalogue), 300)).toBe(300e6);
  });

  test("layers with a sliding window keep at most the window", () => {
    const half = model({ id: "toy/Window-7B", architecture: architecture({ sliding_window: 100, sliding_layers: 5 }) });
    const shape = shapeOf(half, catalogue);
    expect(kvBytesPerSequence(shape, 100)).toBe(100e6);
    expect(kvBytesPerSequence(shape, 300)).toBe(0.5 * 100e6 + 0.5 * 300e6);
  });

  test("of a hybrid, the window's share counts the layers that keep a cache", () => {
    const hybrid = architecture({ attention_layers: 5, sliding_window: 100, sliding_layers: 5 });
    expect(kvBytesPerSequence(shapeOf(model({ id: "toy/Hybrid-7B", architecture: hybrid }), catalogue), 300)).toBe(
      100e6,
    );
  });
});

describe("a model without an architecture", () => {
  test("takes the middle of the models within a factor of two in size, with their extremes", () => {
    expect(shapeOf(model({ id: "toy/Unknown-7B", architecture: null }), catalogue)).toMatchObject({
      known: false,
      layers: 20,
      kv_bytes_per_token: 2e6,
      kv_bytes_low: 1e6,
      kv_bytes_high: 4e6,
    });
  });

  test("takes them all where none is of its size", () => {
    const tiny = shapeOf(model({ id: "toy/Tiny-1B", params_b_total: 1, architecture: null }), catalogue);
    expect(tiny).toMatchObject({ known: false, kv_bytes_low: 1e6, kv_bytes_high: 9e6 });
  });

  test("is refused without a number of parameters", () => {
    const nothing = model({ id: "toy/Nothing", params_b_total: null, architecture: null });
    expect(() => shapeOf(nothing, catalogue)).toThrow(/toy\/Nothing.*not known/);
  });

  test("two of one name but different sizes are not taken for each other", () => {
    const named = (params_b_total: number) => model({ id: "toy/Same", params_b_total, architecture: null });
    expect(shapeOf(named(7), catalogue).kv_bytes_high).toBe(4e6);
    expect(shapeOf(named(700), catalogue).kv_bytes_high).toBe(9e6);
  });
});

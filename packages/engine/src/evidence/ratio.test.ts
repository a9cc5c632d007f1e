import { describe, expect, test } from "vitest";
import { quantity } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import { catalogueOf, row, workload } from "./fixture-catalogue.test-data.ts";
import { precisionRatio, separable } from "./ratio.ts";

const FP16 = row({ id: "fp16", throughput_std: 0.1 });
const NF4 = row({ id: "nf4", precision: "nf4", energy_j_per_token: 8, throughput_std: 0.1 });
const ratio = (batch_size: number, ...measurements: Measurement[]) =>
  precisionRatio(
    workload({ precision: "nf4", batch_size }),
    workload({ precision: "fp16", batch_size }),
    catalogueOf({ measurements }),
  );

describe("energy of one precision over another's", () => {
  test("of one session at this batch: its own spread alone, shared errors cancel", () => {
    const found = ratio(1, FP16, NF4);
    expect(found).toMatchObject({ basis: "same session", evidence: ["nf4", "fp16"], n: 1 });
    expect(found?.ratio.value).toBeCloseTo(0.8, 12);
    expect(found?.ratio.high).toBeCloseTo(0.8 * Math.exp(1.645 * Math.hypot(0.01, 0.01)), 12);
  });

  test("a row without a spread counts with the protocol's bound of five per cent", () => {
    const found = ratio(1, { ...FP16, throughput_std: null }, { ...NF4, throughput_std: null });
    expect(found?.ratio.high).toBeCloseTo(0.8 * Math.exp(1.645 * Math.hypot(0.05, 0.05)), 12);
  });

  test("of two sessions: the one to believe gives the value, the interval holds both", () => {
    const second = [
      row({ id: "fp16-b", source: "b", tier: 2 }),
      row({ id: "nf4-b", source: "b", tier: 2, precision: "nf4", energy_j_per_token: 13 }),
    ];
    const found = ratio(1, FP16, NF4, ...second);
    expect(found).toMatchObject({ n: 2, ratio: { value: 0.8, high: 1.3 } });
  });

  test("never pairs rows of two sessions", () => {
    expect(ratio(1, FP16, { ...NF4, source: "elsewhere" })).toMatchObject({ basis: "ladder", n: 0 });
  });

  test("at a batch that no session measured: the nearest one, with the held-out error of ratios", () => {
    const found = ratio(4, FP16, NF4);
    expect(found).toMatchObject({ basis: "nearest session", n: 1 });
    expect(found?.ratio.high).toBeCloseTo(0.8 * 1.3, 12);
  });

  test("without any session: two rungs of the ladder, and the same error", () => {
    const found = ratio(1, FP16);
    expect(found?.basis).toBe("ladder");
    expect((found?.ratio.high ?? 0) / (found?.ratio.value ?? 1)).toBeCloseTo(1.3, 12);
  });

  test("of two precisions against each other is the inverse of the other way round", () => {
    const back = precisionRatio(workload(), workload({ precision: "nf4" }), catalogueOf({ measurements: [FP16, NF4] }));
    expect(back?.ratio.value).toBeCloseTo(1 / 0.8, 12);
  });
});

test("two can be told apart when the interval stays on one side of 1", () => {
  expect(separable(quantity(0.8, 0.7, 0.9))).toBe(true);
  expect(separable(quantity(1.2, 1.1, 1.3))).toBe(true);
  expect(separable(quantity(0.8, 0.7, 1.1))).toBe(false);
  expect(separable(quantity(0.8, 0.7, 1))).toBe(false);
});

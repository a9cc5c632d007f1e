import { describe, expect, test } from "vitest";
import { quantity } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import { predict } from "../physics/predict.ts";
import { climb } from "./estimate.ts";
import { catalogueOf, gpu, heldOutLine, row, workload } from "./fixture-catalogue.test-data.ts";
import { asRatio, energyRatio } from "./ratio.ts";

const FP16 = row({ id: "fp16", throughput_std: 0.1 });
const NF4 = row({ id: "nf4", precision: "nf4", energy_j_per_token: 8, throughput_std: 0.1 });
const ratio = (batch_size: number, ...measurements: Measurement[]) =>
  energyRatio(
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
    const back = energyRatio(workload(), workload({ precision: "nf4" }), catalogueOf({ measurements: [FP16, NF4] }));
    expect(back?.ratio.value).toBeCloseTo(1 / 0.8, 12);
  });
});

test("two can be told apart when the interval stays on one side of 1", () => {
  const found = (value: number, low: number, high: number) =>
    asRatio(quantity(value, low, high), { basis: "ladder", evidence: [], n: 0 });
  expect(found(0.8, 0.7, 0.9)).toMatchObject({ separable: true, probability_less_energy: 0.999 });
  expect(found(1.2, 1.1, 1.3)).toMatchObject({ separable: true, probability_less_energy: 0.001 });
  expect(found(0.8, 0.7, 1.1).separable).toBe(false);
  // Two searches for one load end a billionth apart.
  expect(found(1 + 2e-9, 1 + 1e-9, 1 + 3e-9)).toMatchObject({ separable: false, probability_less_energy: 0.5 });
  // The interval's end is its 95th percentile.
  expect(found(0.8, 0.7, 1)).toMatchObject({ separable: false, probability_less_energy: 0.95 });
});

describe("of two that differ in more than precision", () => {
  const far = row({ id: "far", batch_size: 16, energy_j_per_token: 2.5 });
  const between = (a: Parameters<typeof workload>[0], b: Parameters<typeof workload>[0], catalogue = catalogueOf()) =>
    energyRatio(workload(a), workload(b), catalogue)?.ratio;

  test("two batches of one session: measured, with both rows' spread", () => {
    const found = energyRatio(workload({ batch_size: 16 }), workload(), catalogueOf({ measurements: [FP16, far] }));
    expect(found).toMatchObject({ basis: "same session", evidence: ["far", "fp16"], ratio: { value: 0.25 } });
  });

  test("two cards were never measured in one session: unrelated errors add as squares in logarithms", () => {
    const other = gpu({ id: "other" });
    const catalogue = catalogueOf({
      gpus: [gpu(), other],
      measurements: [row(), row({ id: "there", gpu: "other", energy_j_per_token: 20 })],
    });
    const found = between({ gpu: other }, {}, catalogue);
    expect(found?.value).toBeCloseTo(2, 12);
    expect(found?.high).toBeCloseTo(2 * Math.exp(Math.hypot(Math.log(1.1), Math.log(1.1))), 9);
  });

  test("pairs that were judged narrow it: batch by the doubling, and what differs adds as squares", () => {
    const pairs = (["ratio_batch", "ratio_num_gpus"] as const).map((rung) =>
      heldOutLine({ rung, framework: "transformers", interval_factor: 1.05 }),
    );
    const catalogue = catalogueOf({ measurements: [], held_out: [...catalogueOf().held_out, ...pairs] });
    const width = (a: object, b: object) => {
      const q = between(a, b, catalogue);
      return q ? q.high / q.value : Number.NaN;
    };
    expect(width({ batch_size: 2 }, {})).toBeCloseTo(1.05, 9);
    expect(width({ batch_size: 8 }, {})).toBeCloseTo(1.05 ** 3, 9);
    expect(width({ batch_size: 2, num_gpus: 2 }, {})).toBeCloseTo(1.05 ** Math.SQRT2, 9);
    // Far enough, two unrelated errors of a card without rows are less than the doublings' sum.
    expect(width({ batch_size: 2 ** 60 }, {})).toBeCloseTo(2.5 ** Math.SQRT2, 6);
    // Other lengths were not judged.
    expect(width({ batch_size: 2, sequence_length: 4096 }, {})).toBeCloseTo(2.5 ** Math.SQRT2, 6);
  });

  test("a row of other lengths is compared at the asked ones, as what is carried over from it is", () => {
    const long = row({ id: "long", framework: "vllm", input_tokens: 128, output_tokens: 2048 });
    const catalogue = catalogueOf({ measurements: [long] });
    const [a, b] = [workload({ framework: "vllm", num_gpus: 2 }), workload({ framework: "vllm" })];
    const said = (w: typeof a) => predict(w, catalogue)?.energy_j_per_token ?? Number.NaN;
    const found = energyRatio(a, b, catalogue);
    expect(found).toMatchObject({ basis: "ladder", evidence: ["long"] });
    expect(found?.ratio.value).toBeCloseTo(said(a) / said(b), 9);
    // The answer itself shows what was measured.
    expect(climb(b, catalogue)).toMatchObject({ tier: "measured", energy_j_per_token: { value: 10 } });
  });

  test("two that rest on different rows keep what their rows repeat to, however near they are", () => {
    const held_out = [
      ...catalogueOf().held_out,
      heldOutLine({ rung: "ratio_batch", framework: "transformers", interval_factor: 1.01 }),
    ];
    const rows = [1, 4, 16].map((batch_size) =>
      row({ id: `batch-${batch_size}`, batch_size, energy_j_per_token: 10 / Math.sqrt(batch_size) }),
    );
    const catalogue = catalogueOf({ measurements: rows, held_out });
    const found = between({ batch_size: 12 }, { batch_size: 4 }, catalogue);
    expect((found?.high ?? 0) / (found?.value ?? 1)).toBeGreaterThan(1.1);
  });

  test("one configuration against itself is one, exactly", () => {
    expect(between({ batch_size: 3 }, { batch_size: 3 }, catalogueOf({ measurements: [] }))).toEqual(quantity(1, 1, 1));
    // Also where its session measured it twice.
    const twice = [row({ id: "one" }), row({ id: "two", energy_j_per_token: 11 })];
    expect(between({}, {}, catalogueOf({ measurements: twice }))).toEqual(quantity(1, 1, 1));
  });
});

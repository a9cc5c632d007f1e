import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { predict } from "../physics/predict.ts";
import { catalogueOf, gpu, row, workload } from "./fixture-catalogue.test-data.ts";
import { interpolated } from "./interpolated.ts";

// 10 J at batch 1, 2.5 J at batch 16: a straight line on log-log axes with slope -1/2.
const ONE = row({ id: "one", precision: "bf16" });
const SIXTEEN = row({
  id: "sixteen",
  precision: "bf16",
  batch_size: 16,
  energy_j_per_token: 2.5,
  throughput_tok_s: 80,
  power_w: 200,
});
const catalogue = catalogueOf({ measurements: [ONE, SIXTEEN] });
/** A card that physics knows too little of: what is left is the straight line. */
const plain = gpu({ mem_bandwidth_gb_s: null });
const at = (batch_size: number) => interpolated(workload({ precision: "bf16", batch_size, gpu: plain }), catalogue);

describe("between two measured batches", () => {
  test("is a straight line on log-log axes, where physics knows the card too little", () => {
    expect(at(4)?.energy_j_per_token.value).toBeCloseTo(5, 9);
    expect(at(4)?.throughput_tok_s?.value).toBeCloseTo(Math.sqrt(800), 9);
    expect(at(4)?.power_w?.value).toBeCloseTo(Math.sqrt(100 * 200), 9);
  });

  test("counts from the lower batch, whatever it is", () => {
    const later = catalogueOf({
      measurements: [row({ batch_size: 4 }), row({ id: "64", batch_size: 64, energy_j_per_token: 2.5 })],
    });
    expect(interpolated(workload({ batch_size: 16, gpu: plain }), later)?.energy_j_per_token.value).toBeCloseTo(5, 9);
  });

  test("is exact at the ends, and monotone between them", () => {
    expect(at(1)?.energy_j_per_token.value).toBeCloseTo(10, 12);
    expect(at(16 - 1e-9)?.energy_j_per_token.value).toBeCloseTo(2.5, 6);
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 15.9, noNaN: true }),
        fc.double({ min: 0, max: 0.09, noNaN: true }),
        (batch, more) => {
          const [a, b] = [at(batch), at(batch + more)];
          expect(b?.energy_j_per_token.value).toBeLessThanOrEqual(a?.energy_j_per_token.value ?? 0);
        },
      ),
    );
  });

  test("names the nearer row first, and both batches", () => {
    expect(at(3)?.rows.map(({ id }) => id)).toEqual(["one", "sixteen"]);
    expect(at(5)?.rows.map(({ id }) => id)).toEqual(["sixteen", "one"]);
    expect(at(3)?.notes).toEqual(["Interpolated between batch 1 (one) and 16 (sixteen), along the curve of physics."]);
  });

  test("has the interval of its own held-out error, wider for other lengths", () => {
    expect(at(4)?.energy_j_per_token.high).toBeCloseTo(5 * 1.2, 9);
    const long = interpolated(workload({ precision: "bf16", batch_size: 4, sequence_length: 8192 }), catalogue);
    expect(long?.energy_j_per_token.high).toBeGreaterThan(5 * 1.2);
  });

  test("answers fp16 from bf16, noted", () => {
    const twin = interpolated(workload({ precision: "fp16", batch_size: 4, gpu: plain }), catalogue);
    expect(twin?.energy_j_per_token.value).toBeCloseTo(5, 9);
    expect(twin?.notes.join("\n")).toContain("ran in bf16, which moves the same bytes as fp16.");
  });
});

test("what one of the two does not publish stays null", () => {
  const silent = catalogueOf({ measurements: [ONE, { ...SIXTEEN, throughput_tok_s: null, power_w: null }] });
  expect(interpolated(workload({ batch_size: 4 }), silent)).toMatchObject({ throughput_tok_s: null, power_w: null });
});

test("outside the measured batches there is nothing to interpolate", () => {
  expect([at(0.5), at(17)]).toEqual([null, null]);
});

test("follows the curve of physics: rows that it misses by one factor are joined by its curve times that factor", () => {
  const said = (batch_size: number) => {
    const prediction = predict(workload({ batch_size, sequence_length: 512 }), catalogue);
    if (!prediction) throw new Error("the toy card is known to physics");
    return prediction;
  };
  const missed = (id: string, batch_size: number) =>
    row({
      id,
      batch_size,
      energy_j_per_token: 3 * said(batch_size).energy_j_per_token,
      throughput_tok_s: said(batch_size).throughput_tok_s / 2,
      power_w: null,
    });
  const curved = catalogueOf({ measurements: [missed("one", 1), missed("many", 64)] });
  const between = interpolated(workload({ batch_size: 8 }), curved);
  expect(between?.energy_j_per_token.value).toBeCloseTo(3 * said(8).energy_j_per_token, 9);
  expect(between?.throughput_tok_s?.value).toBeCloseTo(said(8).throughput_tok_s / 2, 9);
});

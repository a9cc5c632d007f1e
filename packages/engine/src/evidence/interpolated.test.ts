import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogueOf, row, workload } from "./fixture-catalogue.test-data.ts";
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
const at = (batch_size: number) => interpolated(workload({ precision: "bf16", batch_size }), catalogue);

describe("between two measured batches", () => {
  test("is a straight line on log-log axes", () => {
    expect(at(4)?.energy_j_per_token.value).toBeCloseTo(5, 9);
    expect(at(4)?.throughput_tok_s?.value).toBeCloseTo(Math.sqrt(800), 9);
    expect(at(4)?.power_w?.value).toBeCloseTo(Math.sqrt(100 * 200), 9);
  });

  test("counts from the lower batch, whatever it is", () => {
    const later = catalogueOf({
      measurements: [row({ batch_size: 4 }), row({ id: "64", batch_size: 64, energy_j_per_token: 2.5 })],
    });
    expect(interpolated(workload({ batch_size: 16 }), later)?.energy_j_per_token.value).toBeCloseTo(5, 9);
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
    expect(at(3)?.notes).toEqual(["Interpolated on log-log axes between batch 1 (one) and 16 (sixteen)."]);
  });

  test("has the interval of its own held-out error, wider for other lengths", () => {
    expect(at(4)?.energy_j_per_token.high).toBeCloseTo(5 * 1.2, 9);
    const long = interpolated(workload({ precision: "bf16", batch_size: 4, sequence_length: 8192 }), catalogue);
    expect(long?.energy_j_per_token.high).toBeGreaterThan(5 * 1.2);
  });

  test("answers fp16 from bf16, noted", () => {
    const twin = interpolated(workload({ precision: "fp16", batch_size: 4 }), catalogue);
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

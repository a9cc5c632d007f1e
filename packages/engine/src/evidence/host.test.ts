import { describe, expect, test } from "vitest";
import { coefficientsOf, predict } from "../physics/predict.ts";
import { catalogueOf, workload } from "./fixture-catalogue.test-data.ts";
import { hostOf } from "./host.ts";

const catalogue = catalogueOf();
const said = predict(workload(), catalogue);
if (!said) throw new Error("physics knows the toy card");

describe("the user's host", () => {
  test("is the evidence's where the run is what physics says", () => {
    const calibration = { throughput_tok_s: said.throughput_tok_s, power_w: said.power_w };
    const host = hostOf(workload({ calibration }), catalogue);
    expect(host?.eager_layer_ms_fp16).toBeCloseTo(coefficientsOf(catalogue).eager_layer_ms_fp16, 6);
    expect(host?.eager_power_memory).toBeCloseTo(coefficientsOf(catalogue).eager_power_memory, 6);
  });

  test("reproduces the run that set it, throughput and power", () => {
    const calibration = { throughput_tok_s: said.throughput_tok_s / 2, power_w: 0.9 * said.power_w };
    const host = hostOf(workload({ calibration, precision: "nf4", batch_size: 8 }), catalogue);
    const again = host && predict(workload(), catalogue, host);
    expect(again?.throughput_tok_s).toBeCloseTo(calibration.throughput_tok_s, 6);
    expect(again?.power_w).toBeCloseTo(calibration.power_w, 6);
  });

  test("without a power reading keeps the evidence's power", () => {
    const host = hostOf(workload({ calibration: { throughput_tok_s: 5, power_w: null } }), catalogue);
    expect(host?.eager_power_floor).toBe(coefficientsOf(catalogue).eager_power_floor);
  });

  test("a run that the card's memory cannot allow is the fastest host, and a power below idle is bounded", () => {
    const host = hostOf(workload({ calibration: { throughput_tok_s: 1e9, power_w: 1 } }), catalogue);
    expect(host?.eager_layer_ms_fp16).toBeCloseTo(0.01, 6);
    expect(host?.eager_power_floor).toBeGreaterThan(0);
  });
});

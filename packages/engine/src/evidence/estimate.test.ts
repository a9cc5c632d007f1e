import { describe, expect, test } from "vitest";
import type { Estimated } from "../domain/estimate.ts";
import type { Measurement } from "../domain/measurement.ts";
import { estimateWorkload } from "./estimate.ts";
import { architecture, catalogueOf, gpu, model, row, workload } from "./fixture-catalogue.test-data.ts";

const OTHER_CARD = gpu({ id: "other", name: "Other Card", tdp_w: 300 });
const STRANGER = model({
  id: "toy/Other-9B",
  params_b_total: 9,
  params_b_active: 9,
  architecture: architecture({ id: "other" }),
});
const of = (...measurements: Measurement[]) =>
  catalogueOf({ gpus: [gpu(), OTHER_CARD], models: [model(), STRANGER], measurements });
const ask = (w: Parameters<typeof workload>[0], ...rows: Measurement[]) => estimateWorkload(workload(w), of(...rows));
const estimated = (w: Parameters<typeof workload>[0], ...rows: Measurement[]): Estimated => {
  const estimate = ask(w, ...rows);
  if (estimate.kind !== "estimated") throw new Error(estimate.kind);
  return estimate;
};
const basis = (w: Parameters<typeof workload>[0], ...rows: Measurement[]) => estimated(w, ...rows).basis;

describe("the ladder: the first rung that holds", () => {
  const rows = [row({ id: "one" }), row({ id: "sixteen", batch_size: 16, energy_j_per_token: 2.5 })];

  test("the very row", () => {
    expect(basis({ batch_size: 16 }, ...rows)).toMatchObject({
      tier: "measured",
      confidence: "high",
      evidence: ["sixteen"],
    });
  });

  test("between two rows", () => {
    expect(basis({ batch_size: 8 }, ...rows)).toMatchObject({ tier: "interpolated", evidence: ["sixteen", "one"] });
  });

  test("the model's own evidence at another batch", () => {
    const found = basis({ batch_size: 32 }, ...rows);
    expect(found).toMatchObject({ tier: "transferred", confidence: "medium", evidence: ["sixteen"] });
    expect(found.notes[0]).toBe("Carried over from sixteen (toy/Seven-7B) by physics: batch 16 → 32.");
  });

  test("the model's own evidence on another card under vLLM", () => {
    const found = basis(
      { gpu: OTHER_CARD, framework: "vllm" },
      ...rows.map((each) => ({ ...each, framework: "vllm" as const })),
    );
    expect(found).toMatchObject({ tier: "transferred", evidence: ["one"] });
    expect(found.notes[0]).toContain("GPU card → other");
  });

  test("eager time is the host's: physics says more than this model's rows on another card", () => {
    const found = basis({ gpu: OTHER_CARD }, ...rows, row({ id: "local", gpu: "other", model_id: STRANGER.id }));
    expect(found).toMatchObject({ tier: "modelled", confidence: "low", evidence: ["local"] });
    expect(basis({ gpu: OTHER_CARD }, ...rows)).toMatchObject({ tier: "modelled" });
  });

  test("physics corrected by the card's other rows, or alone", () => {
    expect(basis({ model: STRANGER }, ...rows)).toMatchObject({ tier: "modelled", evidence: ["one", "sixteen"] });
    expect(basis({ model: STRANGER, gpu: OTHER_CARD }, ...rows).notes[0]).toContain("physics alone");
  });
});

describe("carried over by physics", () => {
  test("at its own batch on its own card it would be the row itself", () => {
    // Asked at a batch 3 % away, physics changes little: the answer stays by the row.
    expect(estimated({ batch_size: 1.03 }, row()).metrics.energy_j_per_1k_tokens.value / 1000).toBeCloseTo(10, 0);
  });

  test("power stays within what the card may draw, its interval too", () => {
    const hot = row({ gpu: "card", power_w: 390, throughput_tok_s: 39 });
    expect(estimated({ batch_size: 8 }, hot).metrics.power_w?.high).toBeLessThanOrEqual(400);
  });

  test("never from rows of a board that is not stated", () => {
    const unstated = gpu({ id: "vague", variant_unstated: true });
    const catalogue = catalogueOf({ gpus: [gpu(), unstated], measurements: [row({ gpu: "vague" })] });
    const estimate = estimateWorkload(workload(), catalogue);
    expect(estimate).toMatchObject({ kind: "estimated", basis: { tier: "modelled", evidence: [] } });
  });
});

describe("confidence", () => {
  test.each([
    [{ tier: 2 }, "medium"],
    [{ n_runs: "1" }, "medium"],
    [{ n_runs: "1 steady-state window" }, "high"],
    [{ n_runs: "10" }, "high"],
  ])("of a row with %o is %s", (change, confidence) => {
    expect(basis({}, row(change)).confidence).toBe(confidence);
  });
});

describe("no answer", () => {
  test("another vendor's card, an unmeasured precision, a kernel of another framework: unknown, with how to measure", () => {
    const amd = ask({ gpu: gpu({ id: "amd", vendor: "amd", name: "Toy AMD" }) }, row());
    expect(amd).toMatchObject({ kind: "unknown", missing: expect.stringContaining("AMD") });
    const awq = ask({ precision: "awq" }, row());
    expect(awq).toMatchObject({ kind: "unknown", missing: "No usable measurement of awq exists on any GPU." });
    const nf4 = ask({ precision: "nf4", framework: "vllm" }, row(), row({ precision: "nf4" }));
    expect(nf4).toMatchObject({ kind: "unknown", missing: expect.stringContaining("under transformers only") });
    if (nf4.kind !== "unknown") throw new Error(nf4.kind);
    expect(nf4.how_to_measure).toContain("--model toy/Seven-7B --quantization nf4 --server");
    expect(nf4.nearest_evidence).toEqual(["toy-0001", "toy-0001"]);
  });

  test("more memory than there is: does not fit; but a row that ran there is believed", () => {
    expect(ask({ batch_size: 64 }, row())).toMatchObject({ kind: "does-not-fit", available_gb: 40 });
    expect(ask({ batch_size: 64 }, row({ batch_size: 64 }))).toMatchObject({ kind: "estimated" });
    const between = [row({ id: "fifty", batch_size: 50 }), row({ id: "seventy", batch_size: 70 })];
    expect(ask({ batch_size: 60 }, ...between)).toMatchObject({ kind: "estimated", basis: { tier: "interpolated" } });
  });

  test("a row that ran is not believed for longer requests than its own", () => {
    const ran = row({ batch_size: 32, input_tokens: null, output_tokens: null });
    expect(ask({ batch_size: 32 }, ran)).toMatchObject({ kind: "estimated" });
    expect(ask({ batch_size: 32, sequence_length: 8000 }, ran)).toMatchObject({ kind: "does-not-fit" });
    expect(ask({ batch_size: 32, generation_length: 2000 }, ran)).toMatchObject({ kind: "does-not-fit" });
  });
});

describe("the user's own calibration", () => {
  const calibration = { throughput_tok_s: 20, power_w: 150 };
  const rows = [row(), row({ id: "nf4", precision: "nf4", energy_j_per_token: 8, throughput_tok_s: 5, power_w: 40 })];
  const metrics = (w: Parameters<typeof workload>[0]) => estimated(w, ...rows).metrics;

  test("is its own answer at FP16, batch 1", () => {
    const own = metrics({ calibration });
    expect([own.throughput_tok_s?.value, own.energy_j_per_1k_tokens.value, own.power_w?.value]).toEqual([
      20, 7500, 150,
    ]);
  });

  test("scales another precision by the evidence's ratio: half the throughput, 0.8 of the energy", () => {
    const nf4 = metrics({ calibration, precision: "nf4" });
    expect([nf4.throughput_tok_s?.value, nf4.energy_j_per_1k_tokens.value]).toEqual([10, 6000]);
  });

  test("without power, energy goes with the time that a token takes", () => {
    expect(metrics({ calibration: { throughput_tok_s: 5, power_w: null } }).energy_j_per_1k_tokens.value).toBe(20_000);
  });

  test("says nothing about a serving engine", () => {
    const served = row({ id: "served", framework: "vllm" });
    const at = (change: object) => ask({ framework: "vllm", ...change }, served);
    expect(at({ calibration })).toEqual(at({}));
  });
});

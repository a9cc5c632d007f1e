import { describe, expect, test } from "vitest";
import { catalogueOf, gpu, model, workload } from "../evidence/fixture-catalogue.test-data.ts";
import { memoryGb } from "../physics/memory.ts";
import { unknownProblem, whatWouldFit } from "./refusal.ts";

const LARGE = model({ id: "toy/Large-30B", params_b_total: 30, params_b_active: 30 });
const catalogue = catalogueOf({
  gpus: [
    gpu(),
    gpu({ id: "large", vram_gb: 192 }),
    gpu({ id: "medium", vram_gb: 80 }),
    gpu({ id: "amd", vram_gb: 192, vendor: "amd" }),
    gpu({ id: "vague", vram_gb: null }),
  ],
  models: [model(), LARGE],
});

describe("what would fit a 30B model on a 40 GB card", () => {
  const found = whatWouldFit(workload({ model: LARGE, batch_size: 2 }), catalogue);

  test("smaller weights, more cards, a larger card: the smallest first; never a card that nothing is known of", () => {
    expect(found.map(({ change, vram_gb, ...what }) => what)).toEqual([
      { quantization: "nf4" },
      { quantization: "int8_pure" },
      { num_gpus: 2 },
      { hardware_platform: "medium" },
      { hardware_platform: "large" },
    ]);
  });

  test("each says how much it takes", () => {
    expect(found[2]?.vram_gb).toBe(
      memoryGb(workload({ model: LARGE, batch_size: 2, num_gpus: 2 }), catalogue).total_gb.value,
    );
  });
});

test("a batch that fits is named, the largest", () => {
  const [batch] = whatWouldFit(workload({ batch_size: 64 }), catalogue).filter(({ change }) => change === "batch_size");
  expect(batch).toMatchObject({ batch_size: 32 });
  expect(memoryGb(workload({ batch_size: 32 }), catalogue).fits).toBe(true);
});

test("nothing fits: nothing is named", () => {
  const huge = model({ id: "toy/Huge-90000B", params_b_total: 90_000 });
  expect(whatWouldFit(workload({ model: huge, num_gpus: 64 }), catalogue)).toEqual([]);
});

test("unknown is a refusal that says what is missing and how to measure it", () => {
  const unknown = { kind: "unknown", missing: "this", nearest_evidence: ["row"], how_to_measure: "so" } as const;
  expect(unknownProblem(unknown)).toEqual({
    type: "unknown",
    status: 422,
    title: "Not known",
    detail: "this",
    errors: [],
    missing: "this",
    nearest_evidence: ["row"],
    how_to_measure: "so",
  });
});

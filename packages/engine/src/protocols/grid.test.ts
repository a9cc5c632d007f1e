import { describe, expect, test } from "vitest";
import { catalogueOf, gpu, model, row, workload } from "../evidence/fixture-catalogue.test-data.ts";
import { gridBatches, gridPrecisions, sixteenBit } from "./grid.ts";

const EIGHT_BIT = gpu({ supports_fp8: true });
const OLD = gpu({ supports_bf16: false });

test("16 bit is what was asked, else bf16 where vLLM can, else fp16", () => {
  expect(sixteenBit(workload())).toBe("fp16");
  expect(sixteenBit(workload({ precision: "bf16" }))).toBe("bf16");
  expect(sixteenBit(workload({ framework: "vllm" }))).toBe("bf16");
  expect(sixteenBit(workload({ framework: "vllm", gpu: OLD }))).toBe("fp16");
});

describe("precisions that OPTIMIZE weighs", () => {
  test("16-bit first, never default INT8", () => {
    expect(gridPrecisions(workload())).toEqual(["fp16", "nf4", "int8_pure"]);
    expect(gridPrecisions(workload({ precision: "int8_default" }))).not.toContain("int8_default");
  });

  test("under vLLM FP8 where the card has it; a checkpoint stored in MXFP4 in nothing else", () => {
    expect(gridPrecisions(workload({ framework: "vllm" }))).toEqual(["bf16"]);
    expect(gridPrecisions(workload({ framework: "vllm", gpu: EIGHT_BIT }))).toEqual(["bf16", "fp8"]);
    expect(gridPrecisions(workload({ model: model({ checkpoint_precision: "mxfp4" }) }))).toEqual(["mxfp4"]);
  });
});

describe("batches", () => {
  const catalogue = catalogueOf({ measurements: [row({ framework: "vllm", batch_size: 12 })] });
  const batches = (
    useCase: Parameters<typeof gridBatches>[1],
    latency = false,
    framework: "transformers" | "vllm" = "transformers",
  ) => gridBatches(workload({ framework }), useCase, latency, catalogue);

  test("powers of two up to the bound of the framework and the card", () => {
    expect(batches(null)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    expect(batches(null, false, "vllm")).toEqual([1, 2, 4, 8]);
  });

  test("within what the use case allows, unless a latency budget decides", () => {
    expect(batches("production_api")).toEqual([8, 16, 32, 64]);
    expect(batches("batch_processing")).toEqual([32, 64]);
    expect(batches("interactive_chat")).toEqual([1, 2, 4, 8]);
    expect(batches("batch_processing", true)).toEqual(batches(null));
  });

  test("all, where the card's bound leaves none that suits", () => {
    expect(batches("batch_processing", false, "vllm")).toEqual([1, 2, 4, 8]);
  });
});

import { expect, test } from "vitest";
import { catalogueOf, heldOutLine, workload } from "./fixture-catalogue.test-data.ts";
import { heldOut, judgedPrecision } from "./held-out.ts";

const catalogue = catalogueOf({
  held_out: [
    heldOutLine({ precision: "nf4", interval_factor: 3 }),
    heldOutLine({ precision: "fp16", interval_factor: 1.2 }),
    heldOutLine({ precision: "all", interval_factor: 1.5 }),
    heldOutLine({ rung: "ratio", framework: "transformers", interval_factor: 1.3 }),
    heldOutLine({ rung: "ratio", framework: "transformers", precision: "nf4", interval_factor: 1.7 }),
  ],
});
const factor = (rung: "measured" | "ratio" | "modelled", change: Parameters<typeof workload>[0] = {}) =>
  heldOut(rung, workload(change), catalogue).interval_factor;

test("the error of the rung under this framework and precision", () => {
  expect(factor("measured", { precision: "nf4" })).toBe(3);
});

test("bf16, and what nobody measured in 32 bit, is judged as fp16", () => {
  expect(["bf16", "fp32", "tf32", "nf4"].map(judgedPrecision)).toEqual(["fp16", "fp16", "fp16", "nf4"]);
  expect([factor("measured"), factor("measured", { precision: "bf16" })]).toEqual([1.2, 1.2]);
});

test("falls back to the framework's own error, then to the worst of the rung", () => {
  expect(factor("measured", { precision: "int8_pure" })).toBe(1.5);
  expect(factor("ratio", { framework: "vllm" })).toBe(1.7);
});

test("a rung that nobody judged is a bug in the data", () => {
  expect(() => factor("modelled")).toThrow(/no held-out error.*modelled/);
});

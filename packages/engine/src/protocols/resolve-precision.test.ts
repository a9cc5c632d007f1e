import { describe, expect, test } from "vitest";
import { gpu, model } from "../evidence/fixture-catalogue.test-data.ts";
import type { WorkloadRequest } from "./parameters.ts";
import { resolvePrecision } from "./resolve-precision.ts";

const OLD = gpu({ id: "old", name: "Old Card", compute_capability: "7.0", supports_bf16: false });
const ask = (request: Omit<WorkloadRequest, "model_id">, card = gpu(), stored = model()) =>
  resolvePrecision({ model_id: "toy/Seven-7B", ...request }, stored, card);
const codes = (outcome: ReturnType<typeof ask>) =>
  "id" in outcome ? outcome.warnings.map(({ code }) => code) : outcome.error.parameter;

test("nothing asked: fp16", () => {
  expect(ask({})).toEqual({ id: "fp16", compute: "fp16", warnings: [] });
});

test("precision alone is the weights' own; quantization alone infers the compute precision", () => {
  expect(ask({ precision: "bf16" })).toMatchObject({ id: "bf16", compute: "bf16" });
  expect(ask({ precision: "tf32" })).toMatchObject({ id: "tf32", compute: "tf32" });
  expect(ask({ quantization: "nf4" })).toMatchObject({ id: "nf4", compute: "fp16" });
  expect(ask({ quantization: "fp8" })).toMatchObject({ id: "fp8", compute: "bf16" });
});

test("a checkpoint that is stored quantized is what is meant, told; another precision of it is told too", () => {
  const stored = model({ checkpoint_precision: "mxfp4" });
  expect(ask({}, gpu(), stored)).toMatchObject({ id: "mxfp4", warnings: [{ code: "checkpoint-precision" }] });
  expect(ask({ quantization: "bf16" }, gpu(), stored)).toMatchObject({
    id: "bf16",
    warnings: [{ code: "checkpoint-precision" }],
  });
});

describe("together", () => {
  test.each([
    [{ quantization: "fp16", precision: "bf16" }, "fp16", ["equivalent-precision"]],
    [{ quantization: "fp16", precision: "fp16" }, "fp16", []],
    [{ quantization: "fp32", precision: "tf32" }, "tf32", []],
    [{ quantization: "nf4", precision: "bf16" }, "nf4", []],
    [{ quantization: "int8_pure", precision: "fp32" }, "int8_pure", ["compute-precision-unmeasured"]],
  ] as const)("%o is %s", (request, id, told) => {
    const outcome = ask(request);
    expect(outcome).toMatchObject({ id });
    expect(codes(outcome)).toEqual(told);
  });

  test.each([
    { quantization: "fp16", precision: "fp32" },
    { quantization: "bf16", precision: "tf32" },
    { quantization: "fp32", precision: "fp16" },
  ] as const)("%o contradict each other", (request) => {
    expect(ask(request)).toMatchObject({
      error: { parameter: "precision", message: expect.stringContaining("contradicts") },
    });
  });
});

describe("a card before Ampere", () => {
  test.each([
    [{ quantization: "bf16" }, "quantization"],
    [{ precision: "bf16" }, "precision"],
    [{ quantization: "nf4", precision: "bf16" }, "precision"],
    [{ precision: "tf32" }, "precision"],
  ] as const)("refuses %o by name", (request, parameter) => {
    expect(ask(request, OLD)).toMatchObject({
      error: {
        parameter,
        message: expect.stringMatching(/Ampere or newer.*Old Card has 7\.0/),
        allowed: ["fp16", "fp32"],
      },
    });
  });

  test("takes fp16 and what computes in it", () => {
    expect(ask({}, OLD)).toMatchObject({ id: "fp16" });
    expect(ask({ quantization: "fp8" }, OLD)).toMatchObject({ compute: "fp16" });
  });
});

import type { Gpu } from "../domain/gpu.ts";
import type { Model } from "../domain/model.ts";
import { isSixteenBit, type PrecisionId } from "../domain/precision.ts";
import type { InputError, Warning } from "../domain/problem.ts";
import { DEFAULTS, type WorkloadRequest } from "./parameters.ts";

type PrecisionOutcome =
  | {
      readonly id: PrecisionId;
      readonly compute: string;
      readonly warnings: readonly Warning[];
      readonly error?: undefined;
    }
  | { readonly error: InputError };

const refuse = (
  parameter: string,
  message: string,
  received: string,
  allowed?: readonly string[],
): PrecisionOutcome => ({
  error: { parameter, message, received, ...(allowed ? { allowed } : {}) },
});

/** The compute precision that is inferred when none is asked for. */
function inferredCompute(id: PrecisionId, gpu: Gpu): string {
  if (id === "fp32" || id === "tf32" || id === "bf16" || id === "fp16") return id;
  if (id === "fp8" || id === "mxfp4") return gpu.supports_bf16 ? "bf16" : "fp16";
  return "fp16";
}

/** `quantization` and `precision` against each other, the checkpoint and the GPU. */
export function resolvePrecision(request: WorkloadRequest, model: Model, gpu: Gpu): PrecisionOutcome {
  const warnings: Warning[] = [];
  const stored = model.checkpoint_precision;
  let id: PrecisionId = request.quantization ?? stored ?? DEFAULTS.quantization;
  if (request.quantization === undefined) {
    if (stored) {
      warnings.push({
        code: "checkpoint-precision",
        message: `${model.id} is published in ${stored}: that is assumed.`,
      });
    } else if (request.precision !== undefined) id = request.precision;
  } else if (stored && stored !== id) {
    warnings.push({
      code: "checkpoint-precision",
      message: `${model.id} is published in ${stored}; the answer is for the same architecture in ${id}.`,
    });
  }
  const compute = request.precision ?? inferredCompute(id, gpu);
  if ((id === "bf16" || compute === "bf16") && !gpu.supports_bf16) {
    return refuse(
      id === "bf16" && request.quantization !== undefined ? "quantization" : "precision",
      `bf16 needs an Ampere or newer GPU (compute capability 8.0); ${gpu.name} has ${gpu.compute_capability ?? "none"}: use fp16`,
      "bf16",
      ["fp16", "fp32"],
    );
  }
  if (compute === "tf32" && !gpu.supports_bf16) {
    return refuse(
      "precision",
      `tf32 needs an Ampere or newer GPU (compute capability 8.0); ${gpu.name} has ${gpu.compute_capability ?? "none"}`,
      "tf32",
      ["fp16", "fp32"],
    );
  }
  if (request.quantization !== undefined && request.precision !== undefined && request.precision !== id) {
    if (isSixteenBit(id) && isSixteenBit(request.precision)) {
      warnings.push({
        code: "equivalent-precision",
        message: `${id} and ${request.precision} move the same bytes: one answers for the other.`,
      });
    } else if (id === "fp32" && request.precision === "tf32") {
      id = "tf32";
    } else if (isSixteenBit(id) || id === "fp32") {
      return refuse(
        "precision",
        `precision ${request.precision} contradicts quantization ${id}: weights of ${id} compute in ${id}; leave one of them out`,
        request.precision,
        isSixteenBit(id) ? ["fp16", "bf16"] : ["fp32", "tf32"],
      );
    } else if (!isSixteenBit(request.precision)) {
      warnings.push({
        code: "compute-precision-unmeasured",
        message: `Every measured ${id} run computes in 16 bit; the answer does not include the cost of ${request.precision} arithmetic.`,
      });
    }
  }
  return { id, compute, warnings };
}

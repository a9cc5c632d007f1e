import type { Catalogue } from "../domain/catalogue.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { Model } from "../domain/model.ts";
import type { InputError, Warning } from "../domain/problem.ts";
import { TDP_MARGIN } from "../domain/row-checks.ts";
import { largestBatch } from "./batch-bound.ts";
import { DEFAULTS, LENGTH_BOUNDS, type WorkloadRequest } from "./parameters.ts";
import { shown } from "./shown.ts";

export interface Collector {
  readonly errors: InputError[];
  readonly warnings: Warning[];
}

export const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));

/** The batch against its bound, and what to say of it. */
export function checkBatch(
  batch: number,
  request: WorkloadRequest,
  gpu: Gpu,
  catalogue: Catalogue,
  out: Collector,
): void {
  const framework = request.framework ?? DEFAULTS.framework;
  const { bound, of } = largestBatch(framework, gpu, catalogue);
  if (batch > bound) {
    out.errors.push({
      parameter: "batch_size",
      message: `expected 1 to ${bound} (${of}); beyond it nothing was measured: benchmark it on your own GPU (10 runs after 3 warm-ups, NVML at 10 Hz)`,
      received: shown(batch),
    });
    return;
  }
  if (framework === "transformers" && !isPowerOfTwo(batch)) {
    out.warnings.push({
      code: "batch-not-power-of-two",
      message: `Batch ${batch} is no power of two: measured batches mostly are, so this one is estimated from its neighbours.`,
    });
  }
  if (batch === 1 && request.use_case === "production_api") {
    out.warnings.push({
      code: "batch-one-in-production",
      message: "Batch 1 in a production API wastes most of the energy: batch at least 8 concurrent requests.",
    });
  }
}

/** Lengths against the model's context window: a warning up to the usual maximum, an error beyond. */
export function checkLengths(input: number, output: number, model: Model, out: Collector): void {
  const window = model.context_window;
  for (const [name, length, usual] of [
    ["sequence_length", input, LENGTH_BOUNDS.sequence.usual_max],
    ["generation_length", output, LENGTH_BOUNDS.generation.usual_max],
  ] as const) {
    if (window !== null && length > window && length > LENGTH_BOUNDS.sequence.usual_max) {
      out.errors.push({
        parameter: name,
        message: `expected at most ${model.id}'s context window of ${window} tokens`,
        received: shown(length),
      });
    } else if (length > usual) {
      out.warnings.push({
        code: "length-beyond-measured",
        message: `${name} ${length} is beyond ${usual}, where little was measured: the interval is wider.${window === null ? ` The context window of ${model.id} is not known.` : ""}`,
      });
    }
  }
  const total = input + output;
  if (window === null || total <= window || out.errors.length > 0) return;
  const message = `sequence_length + generation_length = ${total} exceeds ${model.id}'s context window of ${window} tokens`;
  if (total > LENGTH_BOUNDS.sequence.usual_max) {
    out.errors.push({ parameter: "sequence_length", message, received: shown(total) });
  } else out.warnings.push({ code: "context-window", message: `${message}.` });
}

/** A power that the card cannot draw is a slip of unit, and refused. */
export function checkCalibrationPower(powerW: number | undefined, gpu: Gpu, numGpus: number, out: Collector): void {
  const most = gpu.tdp_w === null ? Number.POSITIVE_INFINITY : gpu.tdp_w * numGpus * TDP_MARGIN;
  if (powerW === undefined || powerW <= most) return;
  out.errors.push({
    parameter: "calibration_power_w",
    message: `expected at most ${Math.round(most)} W, what ${numGpus} x ${gpu.name} can draw`,
    received: shown(powerW),
  });
}

// Requests at random: near the evidence, where most answers are measured or carried over, and far from it.
import { type Resolved, resolveRequest } from "@ecocompute/engine";
import fc from "fast-check";
import { catalogue, outcomeOf } from "./run-protocol.ts";

/** Rows that a question can ask for. */
export const answerable = catalogue.usable.filter(
  ({ framework }) => framework === "transformers" || framework === "vllm",
);

/** The configuration of a measured row, somewhere near its batch and lengths. */
export const nearARow = fc
  .tuple(
    fc.constantFrom(...answerable),
    fc.constantFrom(0.25, 0.5, 1, 1, 1, 1.5, 2),
    fc.integer({ min: 128, max: 1024 }),
    fc.integer({ min: 1, max: 1024 }),
  )
  .map(([row, factor, sequence_length, generation_length]) => ({
    model_id: row.model_id,
    hardware_platform: row.gpu,
    quantization: row.precision,
    framework: row.framework,
    num_gpus: row.num_gpus,
    batch_size: Math.max(1, Math.round(row.batch_size * factor)),
    sequence_length,
    generation_length,
  }));

/** Any catalogue model on any GPU: mostly far from the evidence. */
const anywhere = fc.record({
  model_id: fc.oneof(
    fc.constantFrom(...catalogue.models.map(({ id }) => id)),
    fc.constantFrom("Org/Unknown-13B", "Org/Small-350M", "Org/Mix-4x7B", "Org/Sparse-100B-A5B"),
  ),
  hardware_platform: fc.constantFrom(...catalogue.gpus.map(({ id }) => id)),
  quantization: fc.constantFrom("fp16", "bf16", "fp32", "nf4", "int8_default", "int8_pure", "fp8"),
  framework: fc.constantFrom("transformers", "vllm"),
  num_gpus: fc.constantFrom(1, 2, 8),
  batch_size: fc.integer({ min: 1, max: 64 }),
  sequence_length: fc.integer({ min: 128, max: 8192 }),
  generation_length: fc.integer({ min: 1, max: 4096 }),
});
export const configuration = fc.oneof({ weight: 2, arbitrary: nearARow }, anywhere);

/** The measured configurations at which the linear laws are tried. */
export const estimable = nearARow.filter((input) => outcomeOf("estimate", input).ok);

/** A request that must resolve. */
export function resolved(input: object): Resolved {
  const outcome = resolveRequest(input, catalogue);
  if (!outcome.ok) throw new Error(outcome.problem.detail);
  return outcome.value;
}

import type { Catalogue } from "../domain/catalogue.ts";
import type { DoesNotFit, Unknown } from "../domain/estimate.ts";
import { formatNumber } from "../domain/format.ts";
import type { Problem } from "../domain/problem.ts";
import type { Resolved } from "../domain/request.ts";
import type { Workload } from "../domain/workload.ts";
import { memoryGb } from "../physics/memory.ts";
import { gridPrecisions } from "./grid.ts";
import { MAX_GPUS } from "./parameters.ts";

export const unknownProblem = (unknown: Unknown): Problem => ({
  type: "unknown",
  status: 422,
  title: "Not known",
  detail: unknown.missing,
  errors: [],
  missing: unknown.missing,
  nearest_evidence: unknown.nearest_evidence,
  how_to_measure: unknown.how_to_measure,
});

const MAX_GPU_DOUBLINGS = 4;
const NAMED_GPUS = 5;

type Alternative = NonNullable<Problem["alternatives"]>[number];

/** Precisions, GPU counts, batches and GPUs with which the same question fits. */
export function whatWouldFit(w: Workload, catalogue: Catalogue): Alternative[] {
  const need = (change: Partial<Workload>) => memoryGb({ ...w, ...change }, catalogue);
  const precisions = gridPrecisions(w)
    .filter((precision) => precision !== w.precision && need({ precision }).fits)
    .map((precision) => ({
      change: "quantization",
      quantization: precision,
      vram_gb: need({ precision }).total_gb.value,
    }));
  const counts = Array.from({ length: MAX_GPU_DOUBLINGS }, (_, i) => w.num_gpus * 2 ** (i + 1)).filter(
    (count) => count <= MAX_GPUS,
  );
  const num_gpus = counts.find((count) => need({ num_gpus: count }).fits);
  const batches = [...Array(12).keys()]
    .map((i) => Math.floor(w.batch_size / 2 ** (i + 1)))
    .filter((batch) => batch >= 1);
  const batch_size = batches.find((batch) => need({ batch_size: batch }).fits);
  const gpus = catalogue.gpus
    .filter((gpu) => gpu.vendor === "nvidia" && gpu.vram_gb !== null && gpu.id !== w.gpu.id && need({ gpu }).fits)
    .sort((a, b) => (a.vram_gb ?? 0) - (b.vram_gb ?? 0) || (a.id < b.id ? -1 : 1))
    .slice(0, NAMED_GPUS);
  return [
    ...precisions,
    ...(num_gpus === undefined ? [] : [{ change: "num_gpus", num_gpus, vram_gb: need({ num_gpus }).total_gb.value }]),
    ...(batch_size === undefined
      ? []
      : [{ change: "batch_size", batch_size, vram_gb: need({ batch_size }).total_gb.value }]),
    ...gpus.map((gpu) => ({
      change: "hardware_platform",
      hardware_platform: gpu.id,
      vram_gb: need({ gpu }).total_gb.value,
    })),
  ];
}

export function doesNotFitProblem(doesNotFit: DoesNotFit, resolved: Resolved, catalogue: Catalogue): Problem {
  const { workload: w } = resolved;
  const memory = memoryGb(w, catalogue);
  const part = (x: { readonly value: number }) => formatNumber(x.value);
  return {
    type: "does-not-fit",
    status: 422,
    title: "Does not fit the GPU's memory",
    detail: `${w.model.id} in ${w.precision} at batch ${w.batch_size} needs about ${part(doesNotFit.required_gb)} GB (weights ${part(memory.weights_gb)} + KV cache ${part(memory.kv_cache_gb)} + overhead ${part(memory.overhead_gb)}); ${w.num_gpus} x ${w.gpu.name} has ${formatNumber(doesNotFit.available_gb)} GB.`,
    errors: [],
    alternatives: whatWouldFit(w, catalogue),
  };
}

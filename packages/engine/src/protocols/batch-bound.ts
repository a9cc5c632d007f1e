import type { Catalogue } from "../domain/catalogue.ts";
import type { Framework } from "../domain/framework.ts";
import type { Gpu } from "../domain/gpu.ts";
import { MAX_EAGER_BATCH } from "./parameters.ts";

const bounds = new WeakMap<Catalogue, ReadonlyMap<string, number>>();

function largestVllmBatches(catalogue: Catalogue): ReadonlyMap<string, number> {
  const cached = bounds.get(catalogue);
  if (cached) return cached;
  const largest = new Map<string, number>();
  for (const row of catalogue.usable) {
    if (row.framework !== "vllm") continue;
    largest.set(row.gpu, Math.max(largest.get(row.gpu) ?? 0, Math.round(row.batch_size)));
  }
  bounds.set(catalogue, largest);
  return largest;
}

/** The largest batch that may be asked for: the skill's 64 in eager mode; under vLLM the largest that was measured on this GPU, or, where none was, the smallest of the other GPUs' bounds. */
export function largestBatch(
  framework: Framework,
  gpu: Gpu,
  catalogue: Catalogue,
): { readonly bound: number; readonly of: string } {
  if (framework === "transformers") return { bound: MAX_EAGER_BATCH, of: "transformers" };
  const largest = largestVllmBatches(catalogue);
  const own = largest.get(gpu.id);
  if (own !== undefined) return { bound: own, of: `vllm on ${gpu.id}` };
  const others = [...largest.values()];
  return {
    bound: others.length > 0 ? Math.min(...others) : MAX_EAGER_BATCH,
    of: "vllm on a GPU without vLLM measurements",
  };
}

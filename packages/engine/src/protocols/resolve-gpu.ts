import type { Catalogue } from "../domain/catalogue.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { InputError, Warning } from "../domain/problem.ts";
import { didYouMean, shown } from "./shown.ts";

const simplify = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");

const aliasIndexes = new WeakMap<Catalogue, ReadonlyMap<string, Gpu>>();

/** Simplified id, name or alias → GPU. An entry whose variant is not stated answers to its id alone. */
function aliasIndex(catalogue: Catalogue): ReadonlyMap<string, Gpu> {
  const cached = aliasIndexes.get(catalogue);
  if (cached) return cached;
  const index = new Map<string, Gpu>();
  for (const gpu of catalogue.gpus) {
    const names = gpu.variant_unstated ? [gpu.id] : [gpu.id, gpu.name, ...gpu.aliases];
    for (const name of names) if (!index.has(simplify(name))) index.set(simplify(name), gpu);
  }
  aliasIndexes.set(catalogue, index);
  return index;
}

/** A GPU id or alias → the board, with a warning where the name is not the id or the card has two memory sizes. */
export function resolveGpu(
  name: string,
  catalogue: Catalogue,
): { readonly gpu: Gpu; readonly warnings: readonly Warning[] } | { readonly error: InputError } {
  const exact = catalogue.gpuById.get(name);
  const gpu = exact ?? aliasIndex(catalogue).get(simplify(name));
  if (!gpu) {
    const names = catalogue.gpus.flatMap((g) => [g.id, ...g.aliases.filter((alias) => alias.length <= g.id.length)]);
    const allowed = catalogue.gpus.map((g) => g.id);
    const near = didYouMean(name, names);
    const suggestion = near === undefined ? undefined : (aliasIndex(catalogue).get(simplify(near))?.id ?? near);
    return {
      error: {
        parameter: "hardware_platform",
        message: `unknown GPU${suggestion ? `; did you mean "${suggestion}"?` : ""}`,
        received: shown(name),
        allowed,
        ...(suggestion ? { did_you_mean: suggestion } : {}),
      },
    };
  }
  const warnings: Warning[] = [];
  if (!exact) {
    warnings.push({ code: "gpu-alias", message: `"${shown(name)}" is taken as ${gpu.id} (${gpu.name}).` });
  }
  if (gpu.vram_gb_variants.length > 1) {
    warnings.push({
      code: "gpu-memory-variant",
      message: `${gpu.name} exists with ${gpu.vram_gb_variants.join(" and ")} GB; the smaller is assumed.`,
    });
  }
  return { gpu, warnings };
}

import type { Catalogue, Protocol } from "@ecocompute/engine";

/** Does a question that rests on a stored row find its answer? */
export function selfCheck(protocols: readonly Protocol[], catalogue: Catalogue): boolean {
  const estimate = protocols.find(({ id }) => id === "estimate");
  const row = catalogue.usable.find(({ framework }) => framework === "transformers");
  if (!estimate || !row) return false;
  const question = { model_id: row.model_id, hardware_platform: row.gpu, quantization: row.precision };
  return estimate.run(question, { catalogue, python: null }).ok;
}

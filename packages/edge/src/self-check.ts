import type { Catalogue, Protocol } from "@ecocompute/engine";

/** A question that rests on a stored row. */
export function exampleQuestion(catalogue: Catalogue): Readonly<Record<string, unknown>> {
  const row = catalogue.usable.find(({ framework }) => framework === "transformers");
  return row ? { model_id: row.model_id, hardware_platform: row.gpu, quantization: row.precision } : {};
}

/** Does such a question find its answer? */
export function selfCheck(protocols: readonly Protocol[], catalogue: Catalogue): boolean {
  const estimate = protocols.find(({ id }) => id === "estimate");
  return estimate?.run(exampleQuestion(catalogue), { catalogue, python: null }).ok === true;
}

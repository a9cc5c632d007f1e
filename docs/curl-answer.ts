import { type CatalogueData, fieldTypes, indexCatalogue, PROTOCOLS, type Quantity, toInput } from "@ecocompute/engine";

/** What README's curl answers, cut to the month. */
export function curlAnswer(readme: string, data: CatalogueData): string {
  const path = /curl 'localhost:8787\/v1\/estimate\?([^']+)'/.exec(readme)?.[1];
  const estimate = PROTOCOLS.find(({ id }) => id === "estimate");
  if (path === undefined || !estimate) throw new Error("README.md shows no curl of /v1/estimate");
  const question = toInput(new Map(new URLSearchParams(path)), fieldTypes(estimate.schema));
  const outcome = estimate.run(question, { catalogue: indexCatalogue(data), python: null });
  if (!outcome.ok || outcome.value.protocol !== "estimate") throw new Error("README.md's curl has no answer");
  const { monthly, basis } = outcome.value.current;
  const rounded = ({ value, low, high }: Quantity): string =>
    `{ "value": ${value.toPrecision(3)}, "low": ${low.toPrecision(3)}, "high": ${high.toPrecision(3)} }`;
  return [
    "```json",
    `{ …, "current": { …, "monthly": { …, "energy_kwh": ${rounded(monthly.energy_kwh)}, … },`,
    `  "basis": { "tier": "${basis.tier}", "confidence": "${basis.confidence}", "evidence": ${JSON.stringify(basis.evidence)}, … } }, "savings": … }`,
    "```",
  ].join("\n");
}

import { architectureId, type Catalogue } from "../domain/catalogue.ts";
import { formatPercent } from "../domain/format.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Warning } from "../domain/problem.ts";
import type { Workload } from "../domain/workload.ts";

const judged = new WeakMap<Catalogue, readonly Measurement[]>();

/** The few rows that give a perplexity. */
function rowsWithPerplexity(catalogue: Catalogue): readonly Measurement[] {
  let rows = judged.get(catalogue);
  if (!rows) {
    rows = catalogue.usable.filter((row) => row.perplexity !== null || row.delta_perplexity_percent !== null);
    judged.set(catalogue, rows);
  }
  return rows;
}

/** A recommended quantized precision saves energy, not necessarily quality: the measured change in perplexity where a row has one, else that nobody measured it. */
export function accuracyWarning(w: Workload, catalogue: Catalogue): Warning {
  const rows = rowsWithPerplexity(catalogue).filter((row) => {
    const model = catalogue.modelById.get(row.model_id);
    return row.precision === w.precision && model !== undefined && architectureId(model) === architectureId(w.model);
  });
  const deltas = rows.flatMap((row) =>
    row.delta_perplexity_percent === null ? [] : [{ id: row.id, percent: row.delta_perplexity_percent }],
  );
  const absolute = rows.flatMap((row) => {
    const partner = row.fp16_partner === null ? undefined : catalogue.measurementById.get(row.fp16_partner);
    return row.delta_perplexity_percent === null && row.perplexity !== null && partner?.perplexity
      ? [{ id: row.id, percent: 100 * (row.perplexity / partner.perplexity - 1) }]
      : [];
  });
  const [first] = [...deltas, ...absolute];
  const message = first
    ? `Quality was not assessed for your task. Perplexity of this architecture in ${w.precision} changed by ${formatPercent(first.percent)} in ${first.id} (one text, a proxy for damage): validate on your own task before you deploy.`
    : `Quality was not assessed: no row gives the perplexity of this architecture in ${w.precision}. Validate on your own task before you deploy.`;
  return { code: "accuracy-not-assessed", message };
}

import {
  architectureId,
  type Catalogue,
  type CatalogueData,
  evidenceKey,
} from "../../packages/engine/src/domain/catalogue.ts";
import { exactly } from "../../packages/engine/src/domain/interval.ts";
import type { Measurement } from "../../packages/engine/src/domain/measurement.ts";
import type { Workload } from "../../packages/engine/src/domain/workload.ts";
import { interpolated } from "../../packages/engine/src/evidence/interpolated.ts";
import { sameBatch, sameConfiguration } from "../../packages/engine/src/evidence/match.ts";
import { modelled } from "../../packages/engine/src/evidence/modelled.ts";
import type { RawEstimate } from "../../packages/engine/src/evidence/raw.ts";
import { predictRow, workloadOfRow } from "../../packages/engine/src/evidence/row-run.ts";
import { transferred } from "../../packages/engine/src/evidence/transferred.ts";
import { type Fold, without } from "./folds.ts";
import { type Miss, missOf } from "./misses.ts";
import type { Observation } from "./observations.ts";

/** Every row that a question could have asked for, as the workload it ran. */
function questions(
  all: readonly Observation[],
  catalogue: Catalogue,
): { observation: Observation; workload: Workload }[] {
  return all.flatMap((observation) => {
    const workload = workloadOfRow(observation.row, catalogue);
    return workload ? [{ observation, workload }] : [];
  });
}

const asRaw = (row: Measurement): RawEstimate => ({
  tier: "measured",
  energy_j_per_token: exactly(row.energy_j_per_token),
  throughput_tok_s: row.throughput_tok_s === null ? null : exactly(row.throughput_tok_s),
  power_w: null,
  rows: [row],
  held_out_error_percent: null,
  notes: [],
});

/** Two sessions that measured the same configuration: how far they are apart. */
export const judgeMeasured = (all: readonly Observation[], catalogue: Catalogue): Miss[] =>
  questions(all, catalogue).flatMap(({ observation, workload }) =>
    sameConfiguration(workload, catalogue)
      .filter(
        (other) => other.source !== observation.row.source && sameBatch(other.batch_size, observation.row.batch_size),
      )
      .flatMap((other) => missOf("measured", observation, asRaw(other))),
  );

/** Each row from its neighbours in batch, itself left out. */
export const judgeInterpolated = (all: readonly Observation[], data: CatalogueData, catalogue: Catalogue): Miss[] =>
  questions(all, catalogue).flatMap(({ observation, workload }) => {
    const { row } = observation;
    const rest = without(
      data,
      (other) =>
        sameBatch(other.batch_size, row.batch_size) &&
        other.model_id === row.model_id &&
        other.gpu === row.gpu &&
        other.num_gpus === row.num_gpus,
    );
    return missOf("interpolated", observation, interpolated(workload, rest, row.source));
  });

/** Each eager row from each other batch of its own session, near and far: one anchor at a time. */
export const judgeOtherBatch = (all: readonly Observation[], data: CatalogueData, catalogue: Catalogue): Miss[] =>
  questions(all, catalogue).flatMap(({ observation, workload }) => {
    const { row } = observation;
    const anchors = sameConfiguration(workload, catalogue).filter(
      (other) => other.source === row.source && !sameBatch(other.batch_size, row.batch_size),
    );
    return anchors.flatMap((anchor) => {
      const rest = without(data, (other) => other.gpu === row.gpu && other.id !== anchor.id);
      return missOf("transferred", observation, transferred(workload, rest));
    });
  });

/** Each quantized configuration from the 16-bit row of its own session, by the ratio of two predictions of physics that has not seen its family. */
export const judgeRatio = (held: readonly Observation[], unseen: Catalogue, catalogue: Catalogue): Miss[] =>
  held.flatMap((observation) => {
    const { row } = observation;
    const partner = row.fp16_partner === null ? undefined : catalogue.measurementById.get(row.fp16_partner);
    const [here, there] = [predictRow(row, unseen), partner ? predictRow(partner, unseen) : null];
    if (!partner || !here || !there) return [];
    const t = partner.throughput_tok_s;
    const raw: RawEstimate = {
      ...asRaw(partner),
      energy_j_per_token: exactly((partner.energy_j_per_token * here.energy_j_per_token) / there.energy_j_per_token),
      throughput_tok_s: t === null ? null : exactly((t * here.throughput_tok_s) / there.throughput_tok_s),
    };
    return missOf("ratio", observation, raw);
  });

/** Each serving configuration from the model's evidence elsewhere, all of its own rows left out. */
export function judgeTransferred(all: readonly Observation[], data: CatalogueData, catalogue: Catalogue): Miss[] {
  const keyOf = ({ row, model }: Observation): string =>
    evidenceKey(architectureId(model), row.gpu, row.num_gpus, row.framework, row.precision);
  return [...new Set(all.map(keyOf))].flatMap((key) => {
    const ids = new Set(all.filter((observation) => keyOf(observation) === key).map(({ row }) => row.id));
    const rest = without(data, (row) => ids.has(row.id));
    return questions(
      // Answers are for today's software: a row of an older generation is an anchor, not a question.
      all.filter((observation) => ids.has(observation.row.id) && !observation.older),
      catalogue,
    ).flatMap(({ observation, workload }) => missOf("transferred", observation, transferred(workload, rest)));
  });
}

/** Each row of a fold of families by physics that has not seen them, with the residual of other families on its GPU; and each ratio by the same physics. */
export const judgeUnseenFamilies = (folds: readonly Fold[], catalogue: Catalogue): Miss[] =>
  folds.flatMap(({ held, unseen }) => [
    ...questions(
      held.filter(({ older }) => !older),
      unseen,
    ).flatMap(({ observation, workload }) => missOf("modelled", observation, modelled(workload, unseen))),
    ...judgeRatio(held, unseen, catalogue),
  ]);

/** Each row of a GPU by physics that has not seen the card: nothing but its data sheet is known. */
export const judgeUnseenGpus = (folds: readonly Fold[]): Miss[] =>
  folds.flatMap(({ held, unseen }) =>
    questions(
      held.filter(({ older }) => !older),
      unseen,
    ).flatMap(({ observation, workload }) => missOf("unseen_gpu", observation, modelled(workload, unseen))),
  );

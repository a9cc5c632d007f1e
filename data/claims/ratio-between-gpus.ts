import { changeBetween, judgeChanges } from "./change.ts";
import type { QueryOf } from "./definition.ts";
import { type ClaimEvidence, type GroupFinding, isMeant, shapeOf } from "./evidence.ts";

const BATCH_TOLERANCE = 0.02;

/** Groups are models: a ratio of two boards depends on how the model fills them. */
export function ratioBetweenGpus(query: QueryOf<"ratio-between-gpus">, evidence: ClaimEvidence): GroupFinding[] {
  const meant = evidence.rows.filter((row) => isMeant(query.where, row, evidence));
  const changes = meant
    .filter((row) => row.gpu === query.gpu)
    .flatMap((after) =>
      meant
        .filter(
          (before) =>
            query.against.includes(before.gpu) &&
            before.source === after.source &&
            before.precision === after.precision &&
            before.num_gpus === after.num_gpus &&
            before.tensor_parallel === after.tensor_parallel &&
            before.pipeline_parallel === after.pipeline_parallel &&
            before.max_num_seqs === after.max_num_seqs &&
            before.workload === after.workload &&
            shapeOf(before, evidence) === shapeOf(after, evidence) &&
            Math.abs(before.batch_size / after.batch_size - 1) <= BATCH_TOLERANCE,
        )
        .flatMap((before) =>
          changeBetween(`${after.gpu} / ${before.gpu}, ${after.model_id}`, query.metric, before, after),
        ),
    );
  return judgeChanges(changes, query);
}

import { changeBetween, judgeChanges } from "./change.ts";
import type { QueryOf } from "./definition.ts";
import { type ClaimEvidence, type GroupFinding, isMeant, sessionOf } from "./evidence.ts";

export function ratioOverBatch(query: QueryOf<"ratio-over-batch">, evidence: ClaimEvidence): GroupFinding[] {
  const meant = evidence.rows.filter((row) => isMeant(query.where, row, evidence));
  const changes = meant
    .filter((row) => row.batch_size === query.from)
    .flatMap((before) =>
      meant
        .filter(
          (after) =>
            after.batch_size === query.to &&
            after.source === before.source &&
            after.gpu === before.gpu &&
            after.num_gpus === before.num_gpus &&
            after.model_id === before.model_id &&
            after.precision === before.precision &&
            after.workload === before.workload,
        )
        .flatMap((after) => changeBetween(`${sessionOf(before)}, ${before.precision}`, query.metric, before, after)),
    );
  return judgeChanges(changes, query);
}

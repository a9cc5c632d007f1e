import { isSixteenBit, type Measurement } from "../schema.ts";
import { changeBetween, judgeChanges } from "./change.ts";
import type { QueryOf } from "./definition.ts";
import { type ClaimEvidence, type GroupFinding, isMeant, sessionOf } from "./evidence.ts";

export function ratioBetweenPrecisions(
  query: QueryOf<"ratio-between-precisions">,
  evidence: ClaimEvidence,
): GroupFinding[] {
  /** What the row is held against: its 16-bit partner, or the rows of the other precision with the same partner. */
  const baselines = (row: Measurement): Measurement[] => {
    if (row.fp16_partner === null || row.fp16_partner === "none") return [];
    if (!isSixteenBit(query.against))
      return evidence.rows.filter(
        (other) => other.fp16_partner === row.fp16_partner && other.precision === query.against,
      );
    const partner = evidence.row(row.fp16_partner);
    return partner ? [partner] : [];
  };
  const changes = evidence.rows
    .filter((row) => row.precision === query.precision && isMeant(query.where, row, evidence))
    .flatMap((row) => baselines(row).flatMap((before) => changeBetween(sessionOf(row), query.metric, before, row)));
  return judgeChanges(changes, query);
}

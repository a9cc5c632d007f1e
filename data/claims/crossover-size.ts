import type { QueryOf } from "./definition.ts";
import { type ClaimEvidence, type GroupFinding, isMeant, sessionOf } from "./evidence.ts";

interface Point {
  readonly params: number;
  /** Change of energy against the 16-bit partner; negative saves. */
  readonly change: number;
  readonly ids: readonly string[];
}

/** Sizes at which the change passes from cost to saving, on a straight line over the logarithm of size. */
function crossings(points: readonly Point[]): number[] {
  return points.slice(1).flatMap((upper, index) => {
    const lower = points[index];
    if (!lower || lower.change <= 0 || upper.change > 0) return [];
    const share = lower.change / (lower.change - upper.change);
    return [lower.params * (upper.params / lower.params) ** share];
  });
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A session speaks when it measured models on both sides of the expected range. */
export function crossoverSize(query: QueryOf<"crossover-size">, evidence: ClaimEvidence): GroupFinding[] {
  const { low, high } = query.expected_params_b;
  const rows = evidence.rows.filter((row) => row.precision === query.precision && isMeant(query.where, row, evidence));
  return [...Map.groupBy(rows, sessionOf)].flatMap(([group, members]) => {
    const measured = members.flatMap((row): Point[] => {
      const partner = row.fp16_partner === null ? undefined : evidence.row(row.fp16_partner);
      const params = evidence.model(row.model_id)?.params_b_total;
      if (!partner || !params) return [];
      return [{ params, change: row.energy_j_per_token / partner.energy_j_per_token - 1, ids: [row.id, partner.id] }];
    });
    const points = [...Map.groupBy(measured, ({ params }) => String(params)).values()]
      .map((same) => ({
        params: same[0]?.params ?? 0,
        change: meanOf(same.map(({ change }) => change)),
        ids: same.flatMap(({ ids }) => ids),
      }))
      .sort((a, b) => a.params - b.params);
    const [smallest, largest] = [points.at(0), points.at(-1)];
    if (!smallest || !largest || smallest.params >= low || largest.params <= high) return [];
    const found = crossings(points);
    const agrees = found.length === 1 && found.every((size) => size >= low && size <= high);
    return [
      {
        group,
        n: points.length,
        n_agreeing: agrees ? points.length : 0,
        summary:
          found.length === 0
            ? `no crossing between ${smallest.params} and ${largest.params} B`
            : `crosses at ${found.map((size) => size.toFixed(1)).join(" and ")} B`,
        agrees,
        evidence: [...new Set(points.flatMap(({ ids }) => ids))],
      },
    ];
  });
}

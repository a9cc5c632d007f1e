import type { Measurement } from "../schema.ts";
import { type GroupFinding, percent } from "./evidence.ts";

type Metric = "energy_j_per_token" | "throughput_tok_s";

/** One comparison of two rows that differ in one thing. */
export interface Change {
  readonly group: string;
  readonly percent: number;
  readonly rows: readonly [before: Measurement, after: Measurement];
}

/** Change of a metric in percent; none where a row does not state it. */
export function changeBetween(group: string, metric: Metric, before: Measurement, after: Measurement): Change[] {
  const [from, to] = [before[metric], after[metric]];
  return from === null || to === null ? [] : [{ group, percent: (to / from - 1) * 100, rows: [before, after] }];
}

interface Expected {
  readonly expected_percent: { readonly low?: number | undefined; readonly high?: number | undefined };
  readonly tolerance_points: number;
}

/** A group agrees when each of its comparisons lies in the range. */
export function judgeChanges(changes: readonly Change[], query: Expected): GroupFinding[] {
  const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = query.expected_percent;
  const isIn = (x: number): boolean => x >= low - query.tolerance_points && x <= high + query.tolerance_points;
  return [...Map.groupBy(changes, ({ group }) => group)].map(([group, members]) => {
    const values = members.map((change) => change.percent);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const agreeing = values.filter(isIn).length;
    return {
      group,
      n: values.length,
      n_agreeing: agreeing,
      summary: least === most ? percent(least) : `${percent(least)} to ${percent(most)}`,
      agrees: agreeing === values.length,
      evidence: [...new Set(members.flatMap(({ rows }) => rows.map(({ id }) => id)))],
    };
  });
}

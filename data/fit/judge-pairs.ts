import type { JUDGED_PAIRS } from "../../packages/engine/src/domain/held-out.ts";
import { judgedPrecision } from "../../packages/engine/src/evidence/held-out.ts";
import { sameBatch } from "../../packages/engine/src/evidence/match.ts";
import { predictRow } from "../../packages/engine/src/evidence/row-run.ts";
import type { Fold } from "./folds.ts";
import { type Miss, regimeOf } from "./misses.ts";
import type { Observation } from "./observations.ts";

interface Predicted {
  readonly observation: Observation;
  /** ln(predicted / measured). */
  readonly energy: number;
  readonly throughput: number | null;
}

function predictedOf({ held, unseen }: Fold): Predicted[] {
  return held.flatMap((observation) => {
    const { row, older } = observation;
    const said = older ? null : predictRow(row, unseen);
    if (!said) return [];
    const t = row.throughput_tok_s;
    return [
      {
        observation,
        energy: Math.log(said.energy_j_per_token / row.energy_j_per_token),
        throughput: t === null ? null : Math.log(said.throughput_tok_s / t),
      },
    ];
  });
}

/** The one thing that two rows differ in; null where it is more than one, nothing, or a precision, which its session judges. */
function differenceOf(a: Observation["row"], b: Observation["row"]): (typeof JUDGED_PAIRS)[number] | null {
  if (judgedPrecision(a.precision) !== judgedPrecision(b.precision)) return null;
  const differing = [
    sameBatch(a.batch_size, b.batch_size) ? [] : (["ratio_batch"] as const),
    a.workload === b.workload ? [] : (["ratio_lengths"] as const),
    a.num_gpus === b.num_gpus ? [] : (["ratio_num_gpus"] as const),
    a.gpu === b.gpu ? [] : (["ratio_gpu"] as const),
  ].flat();
  return differing.length === 1 ? (differing[0] ?? null) : null;
}

/** One model's rows and, but between cards, of one session. */
const comparable = (a: Observation["row"], b: Observation["row"]): boolean =>
  a.model_id === b.model_id && (a.source === b.source || a.gpu !== b.gpu);

/** By how many doublings they differ in what is judged by the doubling; at least one. */
function doublingsOf(rung: (typeof JUDGED_PAIRS)[number], a: Observation["row"], b: Observation["row"]): number {
  if (rung === "ratio_batch") return Math.max(1, Math.abs(Math.log2(a.batch_size / b.batch_size)));
  if (rung !== "ratio_lengths" || a.output_tokens === null || b.output_tokens === null) return 1;
  return Math.max(1, Math.abs(Math.log2(a.output_tokens / b.output_tokens)));
}

/** Pairs of held-out rows that differ in one thing: how wrong the ratio of two predictions is, shared errors cancelled. */
export const judgePairs = (families: readonly Fold[]): Miss[] =>
  families.flatMap((fold) => {
    const all = predictedOf(fold);
    return all.flatMap((a, i) => all.slice(i + 1).flatMap((b) => pairMiss(a, b)));
  });

function pairMiss(a: Predicted, b: Predicted): Miss[] {
  const [x, y] = [a.observation.row, b.observation.row];
  const rung = comparable(x, y) ? differenceOf(x, y) : null;
  const regime = regimeOf(a.observation);
  if (rung === null || regime === null) return [];
  const doublings = doublingsOf(rung, x, y);
  return [
    {
      ...regime,
      rung,
      energy: (a.energy - b.energy) / doublings,
      throughput: a.throughput === null || b.throughput === null ? null : (a.throughput - b.throughput) / doublings,
    },
  ];
}

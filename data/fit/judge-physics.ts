import type { Catalogue } from "../../packages/engine/src/domain/catalogue.ts";
import { predictRow } from "../../packages/engine/src/evidence/row-run.ts";
import { BASELINES } from "./baselines.ts";
import type { Fold } from "./folds.ts";
import type { Observation } from "./observations.ts";
import type { Point } from "./points.ts";
import { slicesOf } from "./slices.ts";
import { percentBias, percentError, quantile, threeDigits, within2xPercent } from "./statistics.ts";

/** Errors of one slice of held-out rows, in percent. */
export interface PhysicsLine {
  readonly split: string;
  readonly method: string;
  readonly slice: string;
  readonly n: number;
  readonly energy_median: number;
  readonly energy_p90: number;
  readonly energy_bias: number;
  readonly within_2x: number;
  readonly throughput_median: number | null;
  readonly power_median: number | null;
}

/** How often the sign of a difference is right, over pairs of held-out rows that differ in one thing and by more than 10 %. */
export interface DecisionLine {
  readonly decision: string;
  readonly pairs: number;
  readonly right_percent: number;
}

interface Held {
  readonly observation: Observation;
  readonly energy: number;
  readonly throughput: number | null;
  readonly power: number | null;
}

function physicsOf({ held, unseen }: Fold): Held[] {
  return held.flatMap((observation) => {
    const { row } = observation;
    const prediction = predictRow(row, unseen);
    if (!prediction) return [];
    return [
      {
        observation,
        energy: Math.log(prediction.energy_j_per_token / row.energy_j_per_token),
        throughput: row.throughput_tok_s === null ? null : Math.log(prediction.throughput_tok_s / row.throughput_tok_s),
        power: row.power_w === null ? null : Math.log(prediction.power_w / row.power_w),
      },
    ];
  });
}

const baselineOf = (name: string, { held, seen, unseen }: Fold): Held[] =>
  held.flatMap((observation) => {
    const guess = BASELINES[name]?.(observation, seen, unseen) ?? Number.NaN;
    const energy = Math.log(guess / observation.row.energy_j_per_token);
    return Number.isFinite(energy) ? [{ observation, energy, throughput: null, power: null }] : [];
  });

/** Each held-out row with what physics says of it. */
export const heldPoints = (folds: readonly Fold[]): Point[] =>
  folds.flatMap(physicsOf).map(({ observation: { row }, energy }) => ({
    row: row.id,
    framework: row.framework,
    batch_size: row.batch_size,
    energy_j_per_token: row.energy_j_per_token,
    predicted_j_per_token: row.energy_j_per_token * Math.exp(energy),
  }));

function lineOf(split: string, method: string, slice: string, held: readonly Held[]): PhysicsLine {
  const logs = held.map(({ energy }) => energy);
  const energy = logs.map(percentError);
  const median = (xs: readonly (number | null)[]) => {
    const known = xs.flatMap((x) => (x === null ? [] : [percentError(x)]));
    return known.length === 0 ? null : threeDigits(quantile(known, 0.5));
  };
  return {
    split,
    method,
    slice,
    n: held.length,
    energy_median: threeDigits(quantile(energy, 0.5)),
    energy_p90: threeDigits(quantile(energy, 0.9)),
    energy_bias: threeDigits(percentBias(logs)),
    within_2x: threeDigits(within2xPercent(logs)),
    throughput_median: median(held.map(({ throughput }) => throughput)),
    power_median: median(held.map(({ power }) => power)),
  };
}

/** Rows of 2024 are a card of their own: another engine ran on it. */
const sliceable = (held: Held) => {
  const { row, older } = held.observation;
  return { held, precision: row.precision, gpu: `${row.gpu}${older ? ", 2024" : ""}`, batch_size: row.batch_size };
};

/** Physics and its baselines on the same held-out rows. */
export function judgePhysics(split: string, folds: readonly Fold[]): PhysicsLine[] {
  const physics = folds.flatMap(physicsOf);
  return [
    ...slicesOf(physics.map(sliceable)).map(([slice, rows]) =>
      lineOf(
        split,
        "physics",
        slice,
        rows.map(({ held }) => held),
      ),
    ),
    ...Object.keys(BASELINES).map((name) =>
      lineOf(
        split,
        name,
        "all",
        folds.flatMap((fold) => baselineOf(name, fold)),
      ),
    ),
  ];
}

const NOTICEABLE = Math.log(1.1);
const DIMENSIONS: Readonly<Record<string, (o: Observation) => string | number>> = {
  batch: ({ row }) => Math.round(row.batch_size),
  "GPU count": ({ row }) => row.num_gpus,
  model: ({ row }) => row.model_id,
  precision: ({ row }) => (row.precision === "bf16" ? "fp16" : row.precision),
  GPU: ({ row }) => row.gpu,
};

/** Pairs that are alike in all dimensions but one. */
export function judgeDecisions(folds: readonly Fold[], catalogue: Catalogue): DecisionLine[] {
  const held = folds.flatMap(physicsOf);
  const familyOf = (o: Observation) => catalogue.modelById.get(o.row.model_id)?.architecture?.id ?? o.row.model_id;
  return Object.keys(DIMENSIONS).flatMap((decision) => {
    const others = Object.entries(DIMENSIONS).filter(([name]) => name !== decision);
    const groupOf = ({ observation: o }: Held) =>
      [
        o.row.framework,
        o.row.workload,
        o.older,
        decision === "precision" ? familyOf(o) : "",
        ...others.filter(([name]) => !(decision === "precision" && name === "model")).map(([, value]) => value(o)),
      ].join("|");
    const groups = Map.groupBy(held, groupOf);
    const outcomes = [...groups.values()].flatMap((group) =>
      group.flatMap((a, i) =>
        group.slice(i + 1).flatMap((b) => {
          if (DIMENSIONS[decision]?.(a.observation) === DIMENSIONS[decision]?.(b.observation)) return [];
          const truth = Math.log(a.observation.row.energy_j_per_token / b.observation.row.energy_j_per_token);
          const said = truth + a.energy - b.energy;
          return Math.abs(truth) > NOTICEABLE ? [Math.sign(truth) === Math.sign(said)] : [];
        }),
      ),
    );
    if (outcomes.length === 0) return [];
    return [
      {
        decision,
        pairs: outcomes.length,
        right_percent: threeDigits((100 * outcomes.filter(Boolean).length) / outcomes.length),
      },
    ];
  });
}

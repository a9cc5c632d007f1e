import type { FRAMEWORKS } from "../../packages/engine/src/domain/framework.ts";
import type { JUDGED } from "../../packages/engine/src/domain/held-out.ts";
import { judgedPrecision } from "../../packages/engine/src/evidence/held-out.ts";
import type { RawEstimate } from "../../packages/engine/src/evidence/raw.ts";
import type { Prediction } from "../../packages/engine/src/physics/predict.ts";
import type { Observation } from "./observations.ts";

export type Rung = (typeof JUDGED)[number];

/** What a miss is sliced by. */
export interface Regime {
  readonly framework: (typeof FRAMEWORKS)[number];
  readonly precision: string;
  /** The model's lineage: no interval is calibrated on the family that it is judged by. */
  readonly family: string;
  readonly gpu: string;
  readonly batch_size: number;
}

/** One held-out row: ln(predicted / observed); null for what the row or the estimate does not have. */
export interface Miss extends Regime {
  readonly rung: Rung;
  readonly energy: number;
  readonly throughput: number | null;
}

/** null for a row of a framework that no question can name. */
export function regimeOf({ row, model }: Observation): Regime | null {
  if (row.framework !== "transformers" && row.framework !== "vllm") return null;
  return {
    framework: row.framework,
    precision: judgedPrecision(row.precision),
    family: model.family,
    gpu: row.gpu,
    batch_size: row.batch_size,
  };
}

function miss(rung: Rung, observation: Observation, energy: number, throughput: number | null): Miss[] {
  const regime = regimeOf(observation);
  const { row } = observation;
  const t = row.throughput_tok_s;
  if (!regime) return [];
  return [
    {
      ...regime,
      rung,
      energy: Math.log(energy / row.energy_j_per_token),
      throughput: t === null || throughput === null ? null : Math.log(throughput / t),
    },
  ];
}

export const missOf = (rung: Rung, observation: Observation, raw: RawEstimate | null): Miss[] =>
  raw === null ? [] : miss(rung, observation, raw.energy_j_per_token.value, raw.throughput_tok_s?.value ?? null);

export const missOfPrediction = (rung: Rung, observation: Observation, said: Prediction | null): Miss[] =>
  said === null ? [] : miss(rung, observation, said.energy_j_per_token, said.throughput_tok_s);

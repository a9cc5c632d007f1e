import type { FRAMEWORKS } from "../../packages/engine/src/domain/framework.ts";
import type { JUDGED } from "../../packages/engine/src/domain/held-out.ts";
import { judgedPrecision } from "../../packages/engine/src/evidence/held-out.ts";
import type { RawEstimate } from "../../packages/engine/src/evidence/raw.ts";
import type { Observation } from "./observations.ts";

export type Rung = (typeof JUDGED)[number];

/** One held-out row: ln(predicted / observed); null for what the row or the estimate does not have. */
export interface Miss {
  readonly rung: Rung;
  readonly framework: (typeof FRAMEWORKS)[number];
  readonly precision: string;
  readonly energy: number;
  readonly throughput: number | null;
}

export function missOf(rung: Rung, { row }: Observation, raw: RawEstimate | null): Miss[] {
  if (!raw || (row.framework !== "transformers" && row.framework !== "vllm")) return [];
  const t = row.throughput_tok_s;
  return [
    {
      rung,
      framework: row.framework,
      precision: judgedPrecision(row.precision),
      energy: Math.log(raw.energy_j_per_token.value / row.energy_j_per_token),
      throughput: t === null || !raw.throughput_tok_s ? null : Math.log(raw.throughput_tok_s.value / t),
    },
  ];
}

import type { Catalogue } from "../../packages/engine/src/domain/catalogue.ts";
import { predictRow } from "../../packages/engine/src/evidence/row-run.ts";
import { type CoefficientValues, VLLM_FITTED } from "../../packages/engine/src/physics/coefficients.ts";
import type { Observation } from "./observations.ts";
import { RANGES, type Range } from "./ranges.ts";
import { solve } from "./solve.ts";
import { logErrors, rounded } from "./targets.ts";

/** The serving regime: both software generations together, the board's figures shared. */
export function fitVllm(
  rows: readonly Observation[],
  start: CoefficientValues,
  catalogue: Catalogue,
): Partial<CoefficientValues> {
  const ranges: Record<string, Range> = {};
  for (const name of VLLM_FITTED) {
    const range = RANGES[name];
    if (range) ranges[name] = range;
  }
  return rounded(
    solve(ranges, (parameters) => {
      const c = { ...start, ...parameters };
      return rows.flatMap(({ row }) => logErrors(row, predictRow(row, catalogue, c)));
    }),
  );
}

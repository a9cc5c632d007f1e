import { FRAMEWORKS } from "../../packages/engine/src/domain/framework.ts";
import { type HeldOut, JUDGED, type Slice } from "../../packages/engine/src/domain/held-out.ts";
import { HOW } from "./how.ts";
import type { Miss, Rung } from "./misses.ts";
import { slicesOf } from "./slices.ts";
import { percentBias, percentError, quantile, threeDigits, within2xPercent } from "./statistics.ts";

const LEVEL = 0.9;
/** A slice with fewer rows than this is judged with its framework's others. */
const ENOUGH_ROWS = 8;

/** The factor within which a new row falls with probability LEVEL: conformal, the ceil((n + 1) p)-th smallest. */
function factor(errors: readonly number[]): number {
  const sorted = [...errors].sort((a, b) => a - b);
  const rank = Math.min(sorted.length, Math.ceil((sorted.length + 1) * LEVEL));
  return threeDigits(Math.exp(sorted[rank - 1] ?? 0));
}

/** The factor of each miss, from those of the other families: no interval is judged by the rows that made it. */
function factorsWithoutFamily(misses: readonly Miss[]): ReadonlyMap<Miss, number> {
  const families = new Set(misses.map(({ family }) => family));
  const byFamily = new Map(
    [...families].map((family) => {
      const others = misses.filter((other) => other.family !== family);
      return [family, factor((others.length > 0 ? others : misses).map(({ energy }) => Math.abs(energy)))];
    }),
  );
  return new Map(misses.map((miss) => [miss, byFamily.get(miss.family) ?? 1]));
}

const coveragePercent = (misses: readonly Miss[], factors: ReadonlyMap<Miss, number>): number =>
  (100 * misses.filter((miss) => Math.abs(miss.energy) <= Math.log(factors.get(miss) ?? 1)).length) / misses.length;

function lineOf(rung: Rung, framework: Miss["framework"], precision: string, misses: readonly Miss[]): HeldOut {
  const logs = misses.map((miss) => miss.energy);
  const percents = logs.map(percentError);
  const energy = logs.map(Math.abs);
  const throughput = misses.flatMap((miss) => (miss.throughput === null ? [] : [Math.abs(miss.throughput)]));
  return {
    rung,
    framework,
    precision,
    n: misses.length,
    median_error_percent: threeDigits(quantile(percents, 0.5)),
    p90_error_percent: threeDigits(quantile(percents, LEVEL)),
    bias_percent: threeDigits(percentBias(logs)),
    within_2x_percent: threeDigits(within2xPercent(logs)),
    coverage_percent: threeDigits(coveragePercent(misses, factorsWithoutFamily(misses))),
    interval_factor: factor(energy),
    // Where most rows publish no throughput, those that do are one author's and agree too well.
    throughput_interval_factor:
      throughput.length >= Math.max(ENOUGH_ROWS, energy.length / 2) ? factor(throughput) : factor(energy),
    how: HOW[rung][framework],
  };
}

/** A precision with enough rows has a line, and so its intervals, of its own. */
function groupsOf(own: readonly Miss[]): (readonly [string, readonly Miss[]])[] {
  const precisions = [...new Set(own.map((miss) => miss.precision))].sort();
  return precisions
    .map((precision) => [precision, own.filter((miss) => miss.precision === precision)] as const)
    .filter(([, group]) => group.length >= ENOUGH_ROWS);
}

const rungsOf = (misses: readonly Miss[]): { rung: Rung; framework: Miss["framework"]; own: readonly Miss[] }[] =>
  JUDGED.flatMap((rung) =>
    FRAMEWORKS.map((framework) => ({
      rung,
      framework,
      own: misses.filter((miss) => miss.rung === rung && miss.framework === framework),
    })),
  ).filter(({ own }) => own.length > 0);

/** One line per rung, framework and precision with enough rows, and one for all precisions of each framework. */
export const accuracyTable = (misses: readonly Miss[]): HeldOut[] =>
  rungsOf(misses).flatMap(({ rung, framework, own }) => [
    ...groupsOf(own).map(([precision, group]) => lineOf(rung, framework, precision, group)),
    lineOf(rung, framework, "all", own),
  ]);

/** The same by GPU, precision and band of batch sizes, with the share of rows inside their intervals. */
export const sliceTable = (misses: readonly Miss[]): Slice[] =>
  rungsOf(misses).flatMap(({ rung, framework, own }) => {
    const groups = groupsOf(own);
    const factors = new Map([
      ...factorsWithoutFamily(own),
      ...groups.flatMap(([, group]) => [...factorsWithoutFamily(group)]),
    ]);
    return slicesOf(own).map(([slice, rows]) => {
      const logs = rows.map(({ energy }) => energy);
      const percents = logs.map(percentError);
      return {
        rung,
        framework,
        slice,
        n: rows.length,
        median_error_percent: threeDigits(quantile(percents, 0.5)),
        p90_error_percent: threeDigits(quantile(percents, LEVEL)),
        bias_percent: threeDigits(percentBias(logs)),
        within_2x_percent: threeDigits(within2xPercent(logs)),
        coverage_percent: threeDigits(coveragePercent(rows, factors)),
        interval_width: threeDigits(
          quantile(
            rows.map((miss) => (factors.get(miss) ?? 1) ** 2),
            0.5,
          ),
        ),
      };
    });
  });

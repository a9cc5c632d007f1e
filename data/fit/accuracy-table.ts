import { FRAMEWORKS } from "../../packages/engine/src/domain/framework.ts";
import { type HeldOut, JUDGED, type Slice } from "../../packages/engine/src/domain/held-out.ts";
import { HOW } from "./how.ts";
import type { Miss, Rung } from "./misses.ts";
import { slicesOf } from "./slices.ts";
import { errorsOf, quantile, threeDigits } from "./statistics.ts";

const LEVEL = 0.9;
/** A slice with fewer rows than this is judged with its framework's others. */
const ENOUGH_ROWS = 8;

/** The factor within which a new row falls with this probability: conformal, the ceil((n + 1) p)-th smallest. */
function factor(errors: readonly number[], level = LEVEL): number {
  const sorted = [...errors].sort((a, b) => a - b);
  const rank = Math.min(sorted.length, Math.ceil((sorted.length + 1) * level));
  return threeDigits(Math.exp(sorted[rank - 1] ?? 0));
}

/** All misses of one rung under one framework. */
interface Judged {
  readonly rung: Rung;
  readonly framework: Miss["framework"];
  readonly own: readonly Miss[];
}

const energyFactor = (misses: readonly Miss[], level?: number): number =>
  factor(
    misses.map(({ energy }) => Math.abs(energy)),
    level,
  );

/** Fewer model families than this say too little of a new one: their intervals hold more of them. */
const ENOUGH_FAMILIES = 6;
const FEW_FAMILIES_LEVEL = 0.93;
const familiesOf = (misses: readonly Miss[]): number => new Set(misses.map(({ family }) => family)).size;

/** Rungs that read the model's own rows: no fit to other families carries them. Eager rows move between batches of one session alone. */
const readsOwnRows = ({ rung, framework }: Miss): boolean =>
  rung === "measured" || rung === "interpolated" || (rung === "transferred" && framework === "transformers");

/** So few rows say less of their own than all precisions together. */
const FEW_ROWS = 20;
/** A dozen sessions on a handful of cards say little of a new one. */
const FEW_SESSIONS_LEVEL = 0.96;
const isBetweenSessions = ({ rung, framework }: Miss): boolean => rung === "measured" && framework === "transformers";

/** The factor of a group of misses within all of its rung: of few families, where a fit carries the rung, at least what all precisions need. */
function groupFactor(group: readonly Miss[], all: readonly Miss[]): number {
  if (group.length < FEW_ROWS) return Math.max(energyFactor(group), energyFactor(all));
  if (group.some(isBetweenSessions)) return energyFactor(group, FEW_SESSIONS_LEVEL);
  if (familiesOf(group) >= ENOUGH_FAMILIES) return energyFactor(group);
  const own = energyFactor(group, FEW_FAMILIES_LEVEL);
  return group.some(readsOwnRows) ? own : Math.max(own, energyFactor(all));
}

/** The factor of each miss, from those of the other families: no interval is judged by the rows that made it. */
function factorsWithoutFamily(group: readonly Miss[], all: readonly Miss[]): ReadonlyMap<Miss, number> {
  const byFamily = new Map(
    [...new Set(group.map(({ family }) => family))].map((family) => {
      const others = (misses: readonly Miss[]) => {
        const rest = misses.filter((other) => other.family !== family);
        return rest.length > 0 ? rest : misses;
      };
      return [family, groupFactor(others(group), others(all))];
    }),
  );
  return new Map(group.map((miss) => [miss, byFamily.get(miss.family) ?? 1]));
}

const coveragePercent = (misses: readonly Miss[], factors: ReadonlyMap<Miss, number>): number =>
  (100 * misses.filter((miss) => Math.abs(miss.energy) <= Math.log(factors.get(miss) ?? 1)).length) / misses.length;

function lineOf(precision: string, misses: readonly Miss[], { rung, framework, own }: Judged): HeldOut {
  const logs = misses.map((miss) => miss.energy);
  const throughput = misses.flatMap((miss) => (miss.throughput === null ? [] : [Math.abs(miss.throughput)]));
  return {
    rung,
    framework,
    precision,
    n: misses.length,
    ...errorsOf(logs),
    coverage_percent: threeDigits(coveragePercent(misses, factorsWithoutFamily(misses, own))),
    interval_factor: groupFactor(misses, own),
    // Where most rows publish no throughput, those that do are one author's and agree too well.
    throughput_interval_factor:
      throughput.length >= Math.max(ENOUGH_ROWS, logs.length / 2) ? factor(throughput) : groupFactor(misses, own),
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

const rungsOf = (misses: readonly Miss[]): Judged[] =>
  JUDGED.flatMap((rung) =>
    FRAMEWORKS.map((framework) => ({
      rung,
      framework,
      own: misses.filter((miss) => miss.rung === rung && miss.framework === framework),
    })),
  ).filter(({ own }) => own.length > 0);

/** One line per rung, framework and precision with enough rows, and one for all precisions of each framework. */
export const accuracyTable = (misses: readonly Miss[]): HeldOut[] =>
  rungsOf(misses).flatMap((judged) => [
    ...groupsOf(judged.own).map(([precision, group]) => lineOf(precision, group, judged)),
    lineOf("all", judged.own, judged),
  ]);

/** The same by GPU, precision and band of batch sizes, with the share of rows inside their intervals. */
export const sliceTable = (misses: readonly Miss[]): Slice[] =>
  rungsOf(misses).flatMap(({ rung, framework, own }) => {
    const groups = groupsOf(own);
    const factors = new Map([
      ...factorsWithoutFamily(own, own),
      ...groups.flatMap(([, group]) => [...factorsWithoutFamily(group, own)]),
    ]);
    return slicesOf(own).map(([slice, rows]) => {
      const logs = rows.map(({ energy }) => energy);
      return {
        rung,
        framework,
        slice,
        n: rows.length,
        ...errorsOf(logs),
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

import { architectureId, type Catalogue } from "../domain/catalogue.ts";
import { exactly, including, type Quantity, quantity, quotient, within, Z_90 } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import { probabilityBelow } from "../domain/probability.ts";
import type { Workload } from "../domain/workload.ts";
import { climb } from "./estimate.ts";
import { heldOut, judged, samePrecision } from "./held-out.ts";
import { atAskedLengths } from "./lengths.ts";
import { matchingRows, sameBatch, sameConfiguration } from "./match.ts";
import { relativeSpread } from "./measured.ts";
import type { RawEstimate } from "./raw.ts";

/** Energy of one configuration over that of another, shared errors cancelled: what every decision between two rests on. */
export interface Ratio {
  readonly ratio: Quantity;
  /** The interval does not hold 1: the two can be told apart. */
  readonly separable: boolean;
  /** That the first uses less than the second; see `probabilityBelow` for the distribution that is assumed. */
  readonly probability_less_energy: number;
  /** How it was reached: pairs of one session at this batch, at the nearest measured batch, or two rungs of the ladder. */
  readonly basis: "same session" | "nearest session" | "ladder";
  readonly evidence: readonly string[];
  /** Pairs behind it. */
  readonly n: number;
}

/** The interval of a ratio crosses 1: the two cannot be told apart. */
const separable = (ratio: Quantity): boolean => ratio.high < 1 || ratio.low > 1;

/** What the load model's search leaves of two equal energies. */
const EQUAL = 1e-6;

/** A ratio with what follows from it. */
export function asRatio(found: Quantity, source: Pick<Ratio, "basis" | "evidence" | "n">): Ratio {
  const equal = found.low > 1 - EQUAL && found.high < 1 + EQUAL;
  const ratio = equal ? exactly(1) : found;
  return { ...source, ratio, separable: separable(ratio), probability_less_energy: probabilityBelow(ratio, 1) };
}

/** Run-to-run spread of a row that publishes none, as a share: the protocol's own bound on power (CV < 5 %). */
const UNSTATED_SPREAD = 0.05;

interface Pair {
  readonly a: Measurement;
  readonly b: Measurement;
}

/** Rows of both workloads that one session measured on one machine, as far apart in batch as the two that are asked about. */
function sessionPairs(a: Workload, b: Workload, catalogue: Catalogue): Pair[] {
  if (a.gpu.id !== b.gpu.id) return [];
  const partners = sameConfiguration(b, catalogue);
  if (partners.length === 0) return [];
  return sameConfiguration(a, catalogue).flatMap((row) => {
    const batch = (row.batch_size * b.batch_size) / a.batch_size;
    return partners
      .filter(
        (other) =>
          other.source === row.source &&
          other.workload === row.workload &&
          other.id !== row.id &&
          other.model_id === row.model_id &&
          sameBatch(other.batch_size, batch) &&
          other.data_parallel === row.data_parallel,
      )
      .map((other) => ({ a: row, b: other }));
  });
}

/** Orders pairs by `rank`, and so that turning both round changes nothing: a ratio is the inverse of its counterpart. */
function byRank(pairs: readonly Pair[], rank: (pair: Pair) => number): readonly Pair[] {
  const ids = ({ a, b }: Pair): string => [a.id, b.id].sort().join(" ");
  return pairs.toSorted((x, y) => rank(x) - rank(y) || (ids(x) < ids(y) ? -1 : 1));
}

/** The 90 % interval of a one-session ratio as a factor, from the run-to-run spread of both rows. */
export const pairFactor = (a: Measurement, b: Measurement): number =>
  Math.exp(Z_90 * Math.hypot(relativeSpread(a) ?? UNSTATED_SPREAD, relativeSpread(b) ?? UNSTATED_SPREAD));

const energyRatioOf = ({ a, b }: Pair): number => a.energy_j_per_token / b.energy_j_per_token;
const idsOf = (pairs: readonly Pair[]): string[] => pairs.flatMap(({ a, b }) => [a.id, b.id]);

function sameSessionRatio(a: Workload, b: Workload, pairs: readonly Pair[], catalogue: Catalogue): Ratio | null {
  const asked = pairs.filter(
    (pair) => sameBatch(pair.a.batch_size, a.batch_size) && sameBatch(pair.b.batch_size, b.batch_size),
  );
  if (asked.length === 0) return null;
  const [ofA, ofB] = [matchingRows(a, catalogue), matchingRows(b, catalogue)];
  const here = byRank(asked, (pair) => ofA.indexOf(pair.a) + ofB.indexOf(pair.b));
  const first = here[0];
  if (!first) return null;
  const ratio = including(within(energyRatioOf(first), pairFactor(first.a, first.b)), here.map(energyRatioOf));
  return asRatio(ratio, { basis: "same session", evidence: idsOf(here), n: here.length });
}

/** Two that differ in precision alone: the ratio at the nearest batch that one session measured in both. */
function nearestSessionRatio(a: Workload, b: Workload, pairs: readonly Pair[], catalogue: Catalogue): Ratio | null {
  if (a.num_gpus !== b.num_gpus || !sameBatch(a.batch_size, b.batch_size)) return null;
  const [nearest] = byRank(pairs, (pair) =>
    Math.abs(Math.log((pair.a.batch_size * pair.b.batch_size) / a.batch_size ** 2)),
  );
  if (!nearest) return null;
  return asRatio(within(energyRatioOf(nearest), Math.exp(precisionError(a, b, catalogue))), {
    basis: "nearest session",
    evidence: idsOf([nearest]),
    n: 1,
  });
}

/** Half-width in log of the ratio between two precisions: each quantized one was judged against 16 bit. */
function precisionError(a: Workload, b: Workload, catalogue: Catalogue): number {
  const quantized = [a, b].filter((w) => catalogue.precisionById.get(w.precision)?.quantized === true);
  const apart = quantized.length > 0 ? quantized : [a];
  return Math.hypot(...apart.map((w) => Math.log(heldOut("ratio", w, catalogue).interval_factor)));
}

/**
 * Half-width in log of a ratio of two predictions of one model under one framework, from pairs that were held out: what
 * differs adds as squares, batch by the doubling. Infinite where such pairs were not judged.
 */
function judgedError(a: Workload, b: Workload, catalogue: Catalogue): number {
  const alike =
    architectureId(a.model) === architectureId(b.model) &&
    a.framework === b.framework &&
    a.sequence_length === b.sequence_length &&
    a.generation_length === b.generation_length;
  if (!alike) return Number.POSITIVE_INFINITY;
  const of = (rung: "ratio_batch" | "ratio_num_gpus" | "ratio_gpu") =>
    Math.max(...[a, b].map((w) => Math.log(judged(rung, w, catalogue)?.interval_factor ?? Number.POSITIVE_INFINITY)));
  const doublings = Math.abs(Math.log2(a.batch_size / b.batch_size));
  return Math.hypot(
    samePrecision(a.precision, b.precision) ? 0 : precisionError(a, b, catalogue),
    doublings === 0 ? 0 : doublings * of("ratio_batch"),
    a.num_gpus === b.num_gpus ? 0 : of("ratio_num_gpus"),
    a.gpu.id === b.gpu.id ? 0 : of("ratio_gpu"),
  );
}

/** Half-width in log of what is not shared although physics is: the repeatability of the rows behind two answers that rest on different ones. Between precisions alone it is in the judgement, which starts from a measured row. */
function rowError(a: Workload, x: RawEstimate, b: Workload, y: RawEstimate, catalogue: Catalogue): number {
  if (a.gpu.id === b.gpu.id && a.num_gpus === b.num_gpus && a.batch_size === b.batch_size) return 0;
  const own = (w: Workload, { tier }: RawEstimate) =>
    tier === "modelled" ? 0 : Math.log(heldOut("measured", w, catalogue).interval_factor);
  return x.rows[0] === y.rows[0] ? 0 : Math.hypot(own(a, x), own(b, y));
}

/** Two rungs of the ladder, both at the asked lengths: their errors are at worst unrelated, and at best those of judged pairs and of the rows behind them. */
function ladderRatio(a: Workload, b: Workload, catalogue: Catalogue): Ratio | null {
  const [x, y] = [climb(a, catalogue), climb(b, catalogue)];
  if (!x || !y) return null;
  const unrelated = quotient(atAskedLengths(a, x, catalogue), atAskedLengths(b, y, catalogue));
  const { value } = unrelated;
  const most = Math.exp(Math.hypot(judgedError(a, b, catalogue), rowError(a, x, b, y, catalogue)));
  return asRatio(quantity(value, Math.max(unrelated.low, value / most), Math.min(unrelated.high, value * most)), {
    basis: "ladder",
    evidence: [...new Set([...x.rows, ...y.rows].map((row) => row.id))],
    n: 0,
  });
}

/**
 * Energy per token of `a` over that of `b`: of one session where it measured both, of the nearest batch of such a session
 * where only the precision differs, else by the ladder; 1 of two that are the same. null when one side has no estimate.
 */
export function energyRatio(a: Workload, b: Workload, catalogue: Catalogue): Ratio | null {
  if (judgedError(a, b, catalogue) === 0) return asRatio(exactly(1), { basis: "ladder", evidence: [], n: 0 });
  const pairs = sessionPairs(a, b, catalogue);
  return (
    sameSessionRatio(a, b, pairs, catalogue) ??
    nearestSessionRatio(a, b, pairs, catalogue) ??
    ladderRatio(a, b, catalogue)
  );
}

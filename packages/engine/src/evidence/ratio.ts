import type { Catalogue } from "../domain/catalogue.ts";
import { including, type Quantity, within } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { climb } from "./estimate.ts";
import { heldOut } from "./held-out.ts";
import { matchingRows, sameBatch, sameConfiguration } from "./match.ts";
import { relativeSpread } from "./measured.ts";

/** Energy of one workload over that of another: shared errors cancel. */
export interface Ratio {
  readonly ratio: Quantity;
  /** How it was reached: pairs of one session at this batch, at the nearest measured batch, or two rungs of the ladder. */
  readonly basis: "same session" | "nearest session" | "ladder";
  readonly evidence: readonly string[];
  /** Pairs behind it. */
  readonly n: number;
}

const Z_90 = 1.645;
/** Run-to-run spread of a row that publishes none, as a share: the protocol's own bound on power (CV < 5 %). */
const UNSTATED_SPREAD = 0.05;

interface Pair {
  readonly a: Measurement;
  readonly b: Measurement;
}

/** Rows of both workloads that one session measured at one batch. */
function sessionPairs(a: Workload, b: Workload, catalogue: Catalogue): Pair[] {
  const partners = sameConfiguration(b, catalogue);
  return sameConfiguration(a, catalogue).flatMap((row) => {
    const partner = partners.find(
      (other) =>
        other.source === row.source &&
        other.workload === row.workload &&
        other.id !== row.id &&
        other.model_id === row.model_id &&
        sameBatch(other.batch_size, row.batch_size) &&
        other.data_parallel === row.data_parallel,
    );
    return partner ? [{ a: row, b: partner }] : [];
  });
}

/** The 90 % interval of a one-session ratio as a factor, from the run-to-run spread of both rows. */
export const pairFactor = (a: Measurement, b: Measurement): number =>
  Math.exp(Z_90 * Math.hypot(relativeSpread(a) ?? UNSTATED_SPREAD, relativeSpread(b) ?? UNSTATED_SPREAD));

const energyRatio = ({ a, b }: Pair): number => a.energy_j_per_token / b.energy_j_per_token;
const idsOf = (pairs: readonly Pair[]): string[] => pairs.flatMap(({ a, b }) => [a.id, b.id]);

function sameSessionRatio(a: Workload, pairs: readonly Pair[], catalogue: Catalogue): Ratio | null {
  const order = matchingRows(a, catalogue);
  const here = pairs
    .filter((pair) => sameBatch(pair.a.batch_size, a.batch_size))
    .sort((x, y) => order.indexOf(x.a) - order.indexOf(y.a));
  const first = here[0];
  if (!first) return null;
  const ratio = including(within(energyRatio(first), pairFactor(first.a, first.b)), here.map(energyRatio));
  return { ratio, basis: "same session", evidence: idsOf(here), n: here.length };
}

function nearestSessionRatio(a: Workload, b: Workload, pairs: readonly Pair[], catalogue: Catalogue): Ratio | null {
  const distance = (pair: Pair) => Math.abs(Math.log(pair.a.batch_size / a.batch_size));
  const nearest = [...pairs].sort((x, y) => distance(x) - distance(y))[0];
  if (!nearest) return null;
  const quantized = catalogue.precisionById.get(a.precision)?.quantized === true ? a : b;
  const error = heldOut("ratio", quantized, catalogue);
  return {
    ratio: within(energyRatio(nearest), error.interval_factor),
    basis: "nearest session",
    evidence: idsOf([nearest]),
    n: 1,
  };
}

/** Energy of `a` over energy of `b`, which differ in precision (same model, GPU, count, framework and batch). null when one side has no estimate. */
export function precisionRatio(a: Workload, b: Workload, catalogue: Catalogue): Ratio | null {
  const pairs = sessionPairs(a, b, catalogue);
  const measured = sameSessionRatio(a, pairs, catalogue) ?? nearestSessionRatio(a, b, pairs, catalogue);
  if (measured) return measured;
  const [x, y] = [climb(a, catalogue), climb(b, catalogue)];
  if (!x || !y) return null;
  const quantized = catalogue.precisionById.get(a.precision)?.quantized === true ? a : b;
  return {
    ratio: within(
      x.energy_j_per_token.value / y.energy_j_per_token.value,
      heldOut("ratio", quantized, catalogue).interval_factor,
    ),
    basis: "ladder",
    evidence: [...new Set([...x.rows, ...y.rows].map((row) => row.id))],
    n: 0,
  };
}

/** The interval of a ratio crosses 1: the two cannot be told apart. */
export const separable = (ratio: Quantity): boolean => ratio.high < 1 || ratio.low > 1;

import { type Catalogue, isOwn } from "../domain/catalogue.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { PrecisionId } from "../domain/precision.ts";
import { pairFactor } from "../evidence/ratio.ts";

/** A quantized row and the 16-bit row of its own session: shared errors cancel in the ratio. */
export interface EvidencePair {
  readonly row: Measurement;
  readonly partner: Measurement;
  /** Billions of parameters. */
  readonly params_b: number;
  /** Gross energy per token, quantized over 16-bit. */
  readonly ratio: number;
}

/** What the pairs say near a model's size. */
export interface RatioRange {
  readonly low: number;
  readonly high: number;
  /** Geometric mean. */
  readonly mean: number;
  readonly evidence: readonly string[];
  /** Are the rows of the GPU asked for, or of all? */
  readonly scope: "this GPU" | "all GPUs";
  readonly gpus: readonly string[];
}

/** Models this much larger or smaller than the nearest measured one still speak for it. */
const NEAR_FACTOR = 1.3;
/** Rows of models further away than this do not speak at all. */
const FAR_FACTOR = 2.5;

const usableIndexes = new WeakMap<Catalogue, ReadonlyMap<string, Measurement>>();

/** A partner that is superseded, of tier 3 or of another energy scope stands behind no ratio. */
function usableById(catalogue: Catalogue): ReadonlyMap<string, Measurement> {
  const known = usableIndexes.get(catalogue);
  if (known) return known;
  const index = new Map(catalogue.usable.map((row) => [row.id, row]));
  usableIndexes.set(catalogue, index);
  return index;
}

/** All pairs of a precision, of one GPU or of all. */
export function pairsOf(catalogue: Catalogue, precision: PrecisionId, gpu?: string): readonly EvidencePair[] {
  return catalogue.usable.flatMap((row) => {
    if (row.precision !== precision || row.fp16_partner === null || (gpu !== undefined && row.gpu !== gpu)) return [];
    const partner = usableById(catalogue).get(row.fp16_partner);
    const params_b = catalogue.modelById.get(row.model_id)?.params_b_total ?? null;
    if (!partner || params_b === null) return [];
    return [{ row, partner, params_b, ratio: row.energy_j_per_token / partner.energy_j_per_token }];
  });
}

const distance = (pair: EvidencePair, params: number): number => Math.abs(Math.log(pair.params_b / params));

const geometricMean = (xs: readonly number[]): number =>
  Math.exp(xs.reduce((total, x) => total + Math.log(x), 0) / xs.length);

export function rangeOf(pairs: readonly EvidencePair[], scope: RatioRange["scope"]): RatioRange | null {
  if (pairs.length === 0) return null;
  const ratios = pairs.map((pair) => pair.ratio);
  // One pair is no range: its own run-to-run spread is.
  const [only] = pairs;
  const factor = only && pairs.length === 1 ? pairFactor(only.row, only.partner) : 1;
  return {
    low: Math.min(...ratios) / factor,
    high: Math.max(...ratios) * factor,
    mean: geometricMean(ratios),
    evidence: [...new Set(pairs.flatMap((pair) => [pair.row.id, pair.partner.id]))],
    scope,
    gpus: [...new Set(pairs.map((pair) => pair.row.gpu))],
  };
}

function nearest(pairs: readonly EvidencePair[], params: number): readonly EvidencePair[] {
  const closest = Math.min(...pairs.map((pair) => distance(pair, params)));
  if (closest > Math.log(FAR_FACTOR)) return [];
  return pairs.filter((pair) => distance(pair, params) <= closest + Math.log(NEAR_FACTOR));
}

/** The rows of this GPU at the nearest model size; where it has none near, those of all GPUs; all rows where the size is not known. */
export function ratioNear(
  catalogue: Catalogue,
  precision: PrecisionId,
  gpu: string | null,
  params: number | null,
): RatioRange | null {
  const here = gpu === null ? [] : pairsOf(catalogue, precision, gpu);
  const mine = here.filter(({ row }) => isOwn(row, catalogue));
  // What the user measured on this card says more of it than what others did.
  const own = mine.length > 0 ? mine : here;
  if (params === null) return rangeOf(own, "this GPU") ?? rangeOf(pairsOf(catalogue, precision), "all GPUs");
  const near = rangeOf(nearest(own, params), "this GPU");
  if (near) return near;
  const all = pairsOf(catalogue, precision);
  return rangeOf(nearest(all, params), "all GPUs") ?? rangeOf(all, "all GPUs");
}

/** Ratio above 1 → share of today's energy that going back to 16 bit saves, in percent; never below 0. */
export const wastePercent = ({ low, high }: { readonly low: number; readonly high: number }) => ({
  low: Math.max(0, 100 * (1 - 1 / low)),
  high: Math.max(0, 100 * (1 - 1 / high)),
});

const MIN_SIZES = 3;

/**
 * Model size in billions of parameters above which a precision saves energy on a GPU: where the least-squares line of
 * ln ratio over ln size crosses 0. null where the rows give no such line (too few sizes, or no fall with size).
 */
export function crossoverOf(pairs: readonly EvidencePair[]): number | null {
  if (new Set(pairs.map((pair) => pair.params_b)).size < MIN_SIZES) return null;
  const points = pairs.map((pair) => ({ x: Math.log(pair.params_b), y: Math.log(pair.ratio) }));
  const meanX = points.reduce((total, p) => total + p.x, 0) / points.length;
  const meanY = points.reduce((total, p) => total + p.y, 0) / points.length;
  const sxy = points.reduce((total, p) => total + (p.x - meanX) * (p.y - meanY), 0);
  const sxx = points.reduce((total, p) => total + (p.x - meanX) ** 2, 0);
  const slope = sxy / sxx;
  return slope < 0 ? Math.exp(meanX - meanY / slope) : null;
}

/** The crossover of this GPU; where its rows give none, of all GPUs together. */
export function crossoverFor(
  catalogue: Catalogue,
  precision: PrecisionId,
  gpu: string | null,
): { readonly params_b: number; readonly scope: RatioRange["scope"] } | null {
  const own = gpu === null ? null : crossoverOf(pairsOf(catalogue, precision, gpu));
  if (own !== null) return { params_b: own, scope: "this GPU" };
  const all = crossoverOf(pairsOf(catalogue, precision));
  return all === null ? null : { params_b: all, scope: "all GPUs" };
}

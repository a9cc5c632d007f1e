import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber } from "../domain/format.ts";
import type { PrecisionId } from "../domain/precision.ts";
import { type Effect, howToMeasureEffect } from "../evidence/how-to-measure.ts";
import { type Switch, switchPairs } from "../evidence/switch-pairs.ts";
import { type EvidencePair, pairsOf, rangeOf } from "./evidence-pairs.ts";
import type { RuleEvidence } from "./rule.ts";
import { percentRange } from "./words.ts";

/** What follows from arithmetic or from a documented behaviour needs no row. */
export const byArithmetic = (says: string): RuleEvidence => ({ says: [says], ids: [] });

export const notMeasured = (effect: Effect): RuleEvidence => ({
  says: [`${howToMeasureEffect(effect, null)}.`],
  ids: [],
});

const nameOf = (catalogue: Catalogue, gpu: string): string => catalogue.gpuById.get(gpu)?.name ?? gpu;
const against = (low: number, high: number): string => percentRange(100 * (low - 1), 100 * (high - 1));

function pairSentence(catalogue: Catalogue, gpu: string, pairs: readonly EvidencePair[]): string {
  const range = rangeOf(pairs, "this GPU");
  const sizes = pairs.map((pair) => pair.params_b);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)].map((size) => formatNumber(size, 2));
  const models = low === high ? `${low}B` : `${low}B to ${high}B`;
  const energy = range ? against(range.low, range.high) : "";
  return `${nameOf(catalogue, gpu)}: ${energy} energy per token against 16 bit on ${models} parameters (${pairs.length} ${pairs.length === 1 ? "pair" : "pairs"}, each of one session, gross).`;
}

/** All pairs of a precision with the 16-bit run of their session, GPU by GPU. */
export function pairEvidence(catalogue: Catalogue, precision: PrecisionId): RuleEvidence {
  const pairs = pairsOf(catalogue, precision);
  if (pairs.length === 0) return notMeasured("precision");
  const gpus = [...new Set(pairs.map((pair) => pair.row.gpu))].sort();
  return {
    says: gpus.map((gpu) =>
      pairSentence(
        catalogue,
        gpu,
        pairs.filter((pair) => pair.row.gpu === gpu),
      ),
    ),
    ids: [...new Set(pairs.flatMap(({ row, partner }) => [row.id, partner.id]))],
  };
}

/** Pairs of runs that differ in one switch alone; none yet: how to measure it. */
export function switchEvidence(catalogue: Catalogue, name: Switch): RuleEvidence {
  const pairs = switchPairs(catalogue, name);
  if (pairs.length === 0) return notMeasured(name);
  const ratios = pairs.map(({ energy_ratio }) => energy_ratio);
  return {
    says: [
      `${name} on against off: ${against(Math.min(...ratios), Math.max(...ratios))} energy per token (${pairs.length} pairs of one session, gross).`,
    ],
    ids: [...new Set(pairs.flatMap(({ on, off }) => [on.id, off.id]))],
  };
}

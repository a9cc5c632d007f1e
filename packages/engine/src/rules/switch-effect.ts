import { isOwn } from "../domain/catalogue.ts";
import { pairFactor } from "../evidence/ratio.ts";
import { type Switch, type SwitchPair, switchPairs } from "../evidence/switch-pairs.ts";
import { ofDeployment } from "./fleet-waste.ts";
import type { RuleSubject } from "./rule.ts";
import { knownSize } from "./words.ts";

/** What rows say of a switch that is thrown in one of two runs. */
export interface SwitchEffect {
  /** Share of a token's energy that the switch saves when it is on, in percent; below 0 where it costs. */
  readonly saves: { readonly low: number; readonly high: number };
  readonly evidence: readonly string[];
  /** Card and batch of the runs, for the message. */
  readonly where: string;
}

const batchDistance = (pair: SwitchPair, batch: number): number => Math.abs(Math.log(pair.on.batch_size / batch));

/** Pairs of this card and model; else of this card, else of all cards, the user's own before others': what was measured nearest says most. */
function nearestPairs({ catalogue, resolved }: RuleSubject, varied: Switch, gpu: string | null): readonly SwitchPair[] {
  const model = resolved?.workload.model.id;
  const narrowest = [
    ...(gpu !== null && model !== undefined ? [{ gpu, model }] : []),
    ...(gpu !== null ? [{ gpu }] : []),
    {},
  ];
  const found = narrowest.map((only) => switchPairs(catalogue, varied, only)).find((each) => each.length > 0) ?? [];
  const mine = found.filter(({ on }) => isOwn(on, catalogue));
  const pairs = mine.length > 0 ? mine : found;
  const batch = resolved?.workload.batch_size ?? 1;
  const nearest = Math.min(...pairs.map((pair) => batchDistance(pair, batch)));
  return pairs.filter((pair) => batchDistance(pair, batch) === nearest);
}

/** What turning a switch on saves, as far as anybody measured it: published rows, or the user's own. null where nobody did. */
export function switchEffect(subject: RuleSubject, varied: Switch): SwitchEffect | null {
  const { gpu } = knownSize(subject);
  const pairs = nearestPairs(subject, varied, gpu);
  const [first] = pairs;
  if (!first) return null;
  const ends = pairs.flatMap(({ on, off, energy_ratio: ratio }) => {
    const factor = pairFactor(on, off);
    return [ratio / factor, ratio * factor];
  });
  const names = [...new Set(pairs.map(({ on }) => subject.catalogue.gpuById.get(on.gpu)?.name ?? on.gpu))];
  const elsewhere = gpu !== null && pairs.every(({ on }) => on.gpu !== gpu) ? "no row on this GPU; " : "";
  return {
    saves: { low: 100 * (1 - Math.max(...ends)), high: 100 * (1 - Math.min(...ends)) },
    evidence: pairs.flatMap(({ on, off }) => [on.id, off.id]),
    where: `${elsewhere}${names.join(", ")}, batch ${Math.round(first.on.batch_size)}`,
  };
}

/** The saving as waste of the whole deployment; never below 0. */
export const wasteOf = ({ saves }: SwitchEffect, subject: RuleSubject) =>
  ofDeployment({ low: Math.max(0, saves.low), high: Math.max(0, saves.high) }, subject);

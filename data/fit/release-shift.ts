import { type Figure, keyOf } from "./release-figures.ts";
import { quantile, threeDigits } from "./statistics.ts";

/** Tier of the earlier release → median of |after / before − 1| in percent over its questions. */
export type Shift = Readonly<Record<string, number>>;

/** What moves by more than this is another method to those who keep its numbers. */
export const MOST_PERCENT = 10;

/** How far the medians moved. A question that `after` has no answer to counts as 100 %. */
export function shiftOf(before: readonly Figure[], after: readonly Figure[]): Shift {
  const now = new Map(after.map((figure) => [keyOf(figure), figure.energy_j_per_1k_tokens]));
  const moved = (figure: Figure): number => {
    const is = now.get(keyOf(figure));
    return is === undefined ? 100 : 100 * Math.abs(is / figure.energy_j_per_1k_tokens - 1);
  };
  return Object.fromEntries(
    [...Map.groupBy(before, ({ tier }) => tier)].map(([tier, figures]) => [
      tier,
      threeDigits(quantile(figures.map(moved), 0.5)),
    ]),
  );
}

const majorOf = (version: string): number => Number(version.split(".")[0]);

/** Why a release may not go out after another one; null where it may. `to` is the same version where none was begun. */
export function refusalOf(from: string, to: string, shift: Shift): string | null {
  const [tier, most] = Object.entries(shift).sort((a, b) => b[1] - a[1])[0] ?? ["", 0];
  if (most <= MOST_PERCENT || majorOf(to) > majorOf(from)) return null;
  const moved = `the median of ${tier} answers moved by ${most} % since method ${from}, more than ${MOST_PERCENT} %`;
  return `${moved}: begin version ${majorOf(from) + 1}.0.0 in data/method.yaml, and say there why`;
}

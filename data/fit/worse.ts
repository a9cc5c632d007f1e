const COVERAGE_PERCENT = 90;
/** Figures are written with three digits; two machines may round the last one differently. */
const DIGITS = 3;
const LAST_DIGITS_APART = 1.5;

/** How far from good a figure is, by its name; figures that are not named here are no judgement. */
const BADNESS: Readonly<Record<string, (x: number) => number>> = {
  median_error_percent: (x) => x,
  p90_error_percent: (x) => x,
  energy_median: (x) => x,
  energy_p90: (x) => x,
  throughput_median: (x) => x,
  power_median: (x) => x,
  coverage_percent: (x) => Math.abs(x - COVERAGE_PERCENT),
  right_percent: (x) => 100 - x,
};

export type Line = Readonly<Record<string, string | number | null>>;

/** What a line is about: its texts, except how it was judged. */
const nameOf = (line: Line): string =>
  Object.entries(line)
    .flatMap(([key, value]) => (typeof value === "string" && key !== "how" ? [value] : []))
    .join(", ");

const rounding = (x: number): number =>
  x === 0 ? 0 : LAST_DIGITS_APART * 10 ** (Math.floor(Math.log10(Math.abs(x))) + 1 - DIGITS);

/** One sentence for each figure of `before` that `after` has worse by more than rounding, or no longer has. */
export function worseFigures(before: readonly Line[], after: readonly Line[]): string[] {
  const now = new Map(after.map((line) => [nameOf(line), line]));
  return before.flatMap((line) => {
    const name = nameOf(line);
    return Object.entries(BADNESS).flatMap(([figure, badness]) => {
      const was = line[figure];
      if (typeof was !== "number") return [];
      const is = now.get(name)?.[figure];
      if (typeof is !== "number") return [`${name}: ${figure} was ${was}, is no longer judged`];
      const slack = Math.max(rounding(was), rounding(is));
      return badness(is) > badness(was) + slack ? [`${name}: ${figure} was ${was}, is ${is}`] : [];
    });
  });
}

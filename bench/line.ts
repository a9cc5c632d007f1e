/** One line of the table: a number of ours beside the same thing measured in the same run on a named reference. */
export interface BenchLine {
  readonly what: string;
  readonly ours: string;
  readonly reference: string;
  readonly ratio: string;
  /** What an issue or the platform asks of the number; absent where nobody asks. */
  readonly bound?: Bound;
}

export interface Bound {
  readonly text: string;
  readonly met: boolean;
}
export const atLeast = (value: number, least: number): Bound => ({ text: `at least ${least}`, met: value >= least });
export const atMost = (value: number, most: number, unit = ""): Bound => ({
  text: `at most ${most}${unit === "" ? "" : ` ${unit}`}`,
  met: value <= most,
});

export const notBuilt = (what: string, why: string): BenchLine => ({
  what,
  ours: `not built: ${why}`,
  reference: "",
  ratio: "",
});

export const ratio = (ours: number, reference: number): string => (ours / reference).toPrecision(2);

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError("expected at least one value, received none");
  return middle;
}

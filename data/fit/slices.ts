export const BATCH_BANDS = [
  ["batch 1-16", 0, 16.5],
  ["batch 17-64", 16.5, 64.5],
  ["batch 65-256", 64.5, 256.5],
  ["batch 257-", 256.5, Number.POSITIVE_INFINITY],
] as const;
/** A slice of fewer rows says nothing. */
const SLICE_ROWS = 8;

interface Sliceable {
  readonly precision: string;
  readonly gpu: string;
  readonly batch_size: number;
}

/** All rows, then by precision, GPU and band of batch sizes, as [name, rows]. */
export function slicesOf<R extends Sliceable>(rows: readonly R[]): [string, readonly R[]][] {
  const by = (nameOf: (row: R) => string): [string, readonly R[]][] =>
    [...new Set(rows.map(nameOf))].sort().map((name) => [name, rows.filter((row) => nameOf(row) === name)]);
  const bands = BATCH_BANDS.map(([name, low, high]): [string, readonly R[]] => [
    name,
    rows.filter(({ batch_size }) => batch_size > low && batch_size <= high),
  ]);
  const all: [string, readonly R[]][] = [["all", rows]];
  return [...all, ...by(({ precision }) => precision), ...by(({ gpu }) => gpu), ...bands].filter(
    ([, slice]) => slice.length >= SLICE_ROWS,
  );
}

/** No count of GPUs, sequences or tokens in a real file is larger; what is would overflow downstream. 2^24: a context of 10M tokens exists. */
const LARGEST = 16_777_216;

export const EXPECTED_COUNT = `expected a whole number from 1 to ${LARGEST}`;

/** Is it a count, from `least` to the largest that a real file states? */
export const isCount = (value: number, least = 1): boolean =>
  Number.isInteger(value) && value >= least && value <= LARGEST;

/** vLLM's human-readable integers: lower case counts in thousands, upper case in 1024s and takes no decimals. */
const MULTIPLIERS: ReadonlyMap<string, number> = new Map([
  ["k", 1e3],
  ["m", 1e6],
  ["g", 1e9],
  ["K", 2 ** 10],
  ["M", 2 ** 20],
  ["G", 2 ** 30],
]);

/** `8192`, `8k` (8,000), `8K` (8,192), `1.5k` → a count of at least `least`; null for all else. */
export function parseCount(written: string, least = 1): number | null {
  const [, digits, decimals, suffix] = /^(\d{1,15})(\.\d{1,15})?([kKmMgG])?$/.exec(written.trim().slice(0, 40)) ?? [];
  if (digits === undefined) return null;
  const multiplier = MULTIPLIERS.get(suffix ?? "") ?? 1;
  if (decimals !== undefined && (suffix === undefined || suffix !== suffix.toLowerCase())) return null;
  const value =
    decimals === undefined ? Number(digits) * multiplier : Math.trunc(Number(digits + decimals) * multiplier);
  return isCount(value, least) ? value : null;
}

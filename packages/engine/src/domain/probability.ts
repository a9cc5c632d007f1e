import { type Quantity, Z_90 } from "./interval.ts";

/** Nothing is known of the tails beyond the 90 % interval: no probability is said to be nearer to 0 or 1 than this. */
const CERTAIN = 0.999;

/** Φ by Abramowitz and Stegun 26.2.17 (1964): error below 7.5e-8. */
function standardNormal(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const tail =
    density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z < 0 ? tail : 1 - tail;
}

/**
 * The probability, 0.001 to 0.999, that a positive quantity lies below `limit`. Assumed: half of the probability on each
 * side of the value, each side log-normal with a width of its own, low and high at its 5th and 95th percentile.
 */
export function probabilityBelow({ value, low, high }: Quantity, limit: number): number {
  const apart = Math.log(limit / value);
  const width = apart < 0 ? Math.log(value / low) : Math.log(high / value);
  const p = apart === 0 ? 0.5 : standardNormal((Z_90 * apart) / width);
  return Number(Math.min(CERTAIN, Math.max(1 - CERTAIN, p)).toFixed(3));
}

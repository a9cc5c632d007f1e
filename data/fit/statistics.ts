/** The quantile `p` of these numbers, 0 to 1; NaN of none. */
export const quantile = (xs: readonly number[], p: number): number =>
  [...xs].sort((a, b) => a - b)[Math.min(xs.length - 1, Math.floor(xs.length * p))] ?? Number.NaN;

/** Of numbers above 0; 1 of none. */
export const geometricMean = (xs: readonly number[]): number =>
  Math.exp(xs.reduce((s, x) => s + Math.log(x), 0) / Math.max(1, xs.length));

export const threeDigits = (x: number): number => Number(x.toPrecision(3));

/** ln(predicted / measured) → |predicted / measured - 1| in percent. */
export const percentError = (log: number): number => 100 * Math.abs(Math.expm1(log));

/** ln(predicted / measured) of many rows → their median, signed, in percent. */
export const percentBias = (logs: readonly number[]): number => 100 * Math.expm1(quantile(logs, 0.5));

/** Share of the rows within a factor of two, in percent. */
export const within2xPercent = (logs: readonly number[]): number =>
  (100 * logs.filter((log) => Math.abs(log) <= Math.LN2).length) / logs.length;

/** ln(predicted / measured) of many rows → what every table of errors says of them, in percent. */
export function errorsOf(logs: readonly number[]) {
  const percents = logs.map(percentError);
  return {
    median_error_percent: threeDigits(quantile(percents, 0.5)),
    p90_error_percent: threeDigits(quantile(percents, 0.9)),
    bias_percent: threeDigits(percentBias(logs)),
    within_2x_percent: threeDigits(within2xPercent(logs)),
  };
}

/** A number with its 90 % interval, in the unit that the name of its field carries. */
export interface Quantity {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Half-width of a two-sided 90 % interval of a normal distribution, in standard deviations. */
export const Z_90 = 1.645;

/** Builds a quantity; throws when `low <= value <= high` does not hold or a number is not finite. */
export function quantity(value: number, low: number, high: number): Quantity {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= value && value <= high)) {
    throw new RangeError(`expected low <= value <= high, received ${low} <= ${value} <= ${high}`);
  }
  return { value, low, high };
}

export const exactly = (value: number): Quantity => quantity(value, value, value);

/** `value` with a multiplicative interval: value / factor .. value * factor. `factor >= 1`. */
export const within = (value: number, factor: number): Quantity => quantity(value, value / factor, value * factor);

/** `q` with its upper end at most `most`, for a quantity that cannot physically exceed it; never below the value. */
export const atMost = (q: Quantity, most: number): Quantity =>
  quantity(q.value, q.low, Math.max(q.value, Math.min(q.high, most)));

/** Applies an increasing function to all three numbers. */
export const mapIncreasing = (q: Quantity, f: (x: number) => number): Quantity =>
  quantity(f(q.value), f(q.low), f(q.high));

/** Applies a decreasing function: the ends change places. */
export const mapDecreasing = (q: Quantity, f: (x: number) => number): Quantity =>
  quantity(f(q.value), f(q.high), f(q.low));

/** Multiplies by a constant `k >= 0`. */
export const scale = (q: Quantity, k: number): Quantity => mapIncreasing(q, (x) => x * k);

/** Sum of quantities whose errors go together: the ends add up. */
export const sum = (qs: readonly Quantity[]): Quantity =>
  quantity(
    qs.reduce((s, q) => s + q.value, 0),
    qs.reduce((s, q) => s + q.low, 0),
    qs.reduce((s, q) => s + q.high, 0),
  );

/** The smallest interval around `q.value` that also holds every number of `xs`. */
export const including = (q: Quantity, xs: readonly number[]): Quantity =>
  quantity(q.value, Math.min(q.low, ...xs), Math.max(q.high, ...xs));

/** a − b of errors that have nothing to do with each other: half-widths add as squares. */
export function difference(a: Quantity, b: Quantity): Quantity {
  const value = a.value - b.value;
  return quantity(
    value,
    value - Math.hypot(a.value - a.low, b.high - b.value),
    value + Math.hypot(a.high - a.value, b.value - b.low),
  );
}

/** a / b of errors that have nothing to do with each other: their logarithms add as squares. All ends above 0. */
export function quotient(a: Quantity, b: Quantity): Quantity {
  const value = a.value / b.value;
  const up = Math.hypot(Math.log(a.high / a.value), Math.log(b.value / b.low));
  const down = Math.hypot(Math.log(a.value / a.low), Math.log(b.high / b.value));
  return quantity(value, value * Math.exp(-down), value * Math.exp(up));
}

/** a × b of errors that have nothing to do with each other. All ends above 0. */
export const product = (a: Quantity, b: Quantity): Quantity =>
  quotient(
    a,
    mapDecreasing(b, (x) => 1 / x),
  );

/** 100 (1 − after / before) of errors that have nothing to do with each other: their logarithms add as squares, so it never passes 100. 0 where nothing can be divided. */
export function savedPercent(before: Quantity, after: Quantity): Quantity {
  if (before.value === 0 || after.low === 0) return exactly(0);
  const ratio = quotient(after, before);
  return mapDecreasing(ratio, (x) => 100 * (1 - x));
}

const MOST_STEPS = 60;
const TOLERANCE = 1e-9;

/**
 * Where a growing `f` crosses zero between `low` and `high`, to 1e-9 in `f` or in its argument: false position with
 * Illinois' halving of an end that is kept twice (Dowell and Jarratt 1971). Where it jumps across, the upper side of the
 * jump; without a crossing, the end that is nearer to one.
 */
export function rootOf(f: (x: number) => number, low: number, high: number): number {
  let [a, b, fa, fb] = [low, high, f(low), f(high)];
  if (fa >= 0) return low;
  if (fb <= 0) return high;
  let kept: "a" | "b" | null = null;
  for (let i = 0; i < MOST_STEPS && b - a > TOLERANCE; i++) {
    const x = (a * fb - b * fa) / (fb - fa);
    const fx = f(x);
    if (Math.abs(fx) <= TOLERANCE) return x;
    if (fx > 0) {
      [b, fb, fa, kept] = [x, fx, kept === "a" ? fa / 2 : fa, "a"];
    } else {
      [a, fa, fb, kept] = [x, fx, kept === "b" ? fb / 2 : fb, "b"];
    }
  }
  return b;
}

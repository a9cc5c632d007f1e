import { levenbergMarquardt } from "ml-levenberg-marquardt";
import type { Range } from "./ranges.ts";

/** ln(predicted / measured) of every observation at these parameters; a fixed number of targets each. */
export type Residuals = (parameters: Readonly<Record<string, number>>) => ArrayLike<number>;

/** Residuals beyond this many log units pull no harder (Huber's loss by reweighting). */
const HUBER = 0.15;
const REWEIGHTINGS = 4;
const ITERATIONS = 40;
/** How strongly each parameter is drawn to its start, as a weight on the square of their log ratio: it decides where rows do not. */
const PRIOR_WEIGHT = 1;

/**
 * Robust least squares on the logarithms of the parameters, so that all steps are alike. Deterministic. Each parameter
 * is one more observation: that it is near its start.
 */
export function solve(ranges: Readonly<Record<string, Range>>, residuals: Residuals): Record<string, number> {
  const names = Object.keys(ranges);
  const at = (name: string): Range => {
    const found = ranges[name];
    if (!found) throw new Error(`no range for ${name}`);
    return found;
  };
  const starts = names.map((name) => Math.log(at(name).start));
  const priors = names.map((name) => Math.sqrt(PRIOR_WEIGHT * at(name).firmness));
  const named = (logs: ArrayLike<number>) =>
    Object.fromEntries(names.map((name, i) => [name, Math.exp(logs[i] ?? Number.NaN)]));
  const all = (logs: ArrayLike<number>): number[] => [
    ...Array.from(residuals(named(logs))),
    ...names.map((_, i) => (logs[i] ?? Number.NaN) - (starts[i] ?? 0)),
  ];
  let best = starts;
  const rows = all(starts).length - names.length;
  for (let round = 0; round < REWEIGHTINGS; round++) {
    const now = all(best);
    // Weights stand in the residuals: the optimiser's own are its step's alone, not its error's.
    const weights = now.map((r, i) =>
      i >= rows ? (priors[i - rows] ?? 1) : Math.abs(r) <= HUBER ? 1 : Math.sqrt(HUBER / Math.abs(r)),
    );
    const result = levenbergMarquardt(
      { x: now.map((_, i) => i), y: now.map(() => 0) },
      (logs: ArrayLike<number>) => {
        const values = all(logs);
        return (i: number) => (values[i] ?? Number.NaN) * (weights[i] ?? 1);
      },
      {
        initialValues: best,
        minValues: names.map((name) => Math.log(at(name).low)),
        maxValues: names.map((name) => Math.log(at(name).high)),
        maxIterations: ITERATIONS,
        gradientDifference: names.map(() => 1e-4),
        damping: 100,
      },
    );
    best = [...result.parameterValues];
  }
  return named(best);
}

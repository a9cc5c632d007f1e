import { levenbergMarquardt } from "ml-levenberg-marquardt";
import type { Catalogue } from "../../packages/engine/src/domain/catalogue.ts";
import type { CoefficientName, CoefficientValues } from "../../packages/engine/src/physics/coefficients.ts";
import { predict } from "../../packages/engine/src/physics/predict.ts";
import type { Observation } from "./observations.ts";

/** Plausible range of each fitted coefficient, and where the search starts. */
export type Ranges = Readonly<Partial<Record<CoefficientName, readonly [low: number, start: number, high: number]>>>;

type Target = "throughput_tok_s" | "power_w" | "energy_j_per_token";
interface Point {
  readonly observation: Observation;
  readonly target: Target;
  readonly log: number;
}

/** Residuals beyond this many log units pull no harder (Huber's loss by reweighting). */
const HUBER = 0.25;
const REWEIGHTINGS = 4;
const WORST = 50;

function pointsOf(observations: readonly Observation[]): Point[] {
  return observations.flatMap((observation) => {
    const { throughput_tok_s, power_w, energy_j_per_token } = observation.row;
    const points: [Target, number][] =
      throughput_tok_s !== null && power_w !== null
        ? [
            ["throughput_tok_s", throughput_tok_s],
            ["power_w", power_w],
          ]
        : [["energy_j_per_token", energy_j_per_token]];
    return points.map(([target, value]) => ({ observation, target, log: Math.log(value) }));
  });
}

/** Robust least squares in log space over throughput and power, on the logarithm of each coefficient so that all steps are alike. Deterministic; rounded to four digits. */
export function solve(
  observations: readonly Observation[],
  ranges: Ranges,
  fixed: CoefficientValues,
  catalogue: Catalogue,
): CoefficientValues {
  const names = Object.keys(ranges) as CoefficientName[];
  const bounds = names.map((name) => ranges[name] ?? [0, 0, 0]);
  const points = pointsOf(observations);
  const valuesOf = (parameters: ArrayLike<number>): CoefficientValues => ({
    ...fixed,
    ...Object.fromEntries(names.map((name, i) => [name, Math.exp(parameters[i] ?? Number.NaN)])),
  });
  const residual = (point: Point, c: CoefficientValues): number => {
    const slowdown = point.observation.older ? c.vllm_2024_slowdown : 1;
    const prediction = predict(point.observation.workload, catalogue, c, slowdown);
    return prediction ? Math.log(prediction[point.target]) : WORST;
  };
  let parameters: number[] = bounds.map(([, start]) => Math.log(start));
  let weights = points.map(() => 1);
  for (let round = 0; round < REWEIGHTINGS; round++) {
    const result = levenbergMarquardt(
      { x: points.map((_, i) => i), y: points.map((point) => point.log) },
      (candidate: ArrayLike<number>) => {
        const c = valuesOf(candidate);
        return (i: number) => {
          const point = points[i];
          return point ? residual(point, c) : WORST;
        };
      },
      {
        initialValues: parameters,
        minValues: bounds.map(([low]) => Math.log(low)),
        maxValues: bounds.map(([, , high]) => Math.log(high)),
        weights: weights.map((weight) => 1 / Math.sqrt(weight)),
        maxIterations: 100,
        gradientDifference: parameters.map(() => 1e-4),
        centralDifference: true,
        damping: 1e-2,
      },
    );
    parameters = [...result.parameterValues];
    const c = valuesOf(parameters);
    weights = points.map((point) => {
      const miss = Math.abs(point.log - residual(point, c));
      return miss <= HUBER ? 1 : HUBER / miss;
    });
  }
  const solved = valuesOf(parameters);
  const rounded = names.map((name) => [name, Number(solved[name].toPrecision(4))] as const);
  return { ...solved, ...Object.fromEntries(rounded) };
}

import { FRAMEWORKS } from "../../packages/engine/src/domain/framework.ts";
import { type HeldOut, JUDGED } from "../../packages/engine/src/domain/held-out.ts";
import type { Miss, Rung } from "./misses.ts";

const LEVEL = 0.9;
/** A slice with fewer rows than this is judged with its framework's others. */
const ENOUGH_ROWS = 8;

const quantile = (xs: readonly number[], p: number): number => {
  const sorted = [...xs].sort((a, b) => a - b);
  // Conformal: the ceil((n + 1) p)-th smallest, so that a new row falls within it with probability p.
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length + 1) * p) - 1)] ?? 0;
};
const percent = (log: number): number => Number((100 * Math.expm1(log)).toPrecision(3));

const HOW: Readonly<Record<Rung, Readonly<Record<Miss["framework"], string>>>> = {
  measured: {
    transformers: "two sessions that measured the same configuration, against each other",
    vllm: "no configuration was measured twice: each row against its neighbours in batch",
  },
  interpolated: {
    transformers: "each row from its neighbours in batch, itself left out",
    vllm: "each row from its neighbours in batch, itself left out",
  },
  transferred: {
    transformers: "each row from each other batch of its own session, near and far",
    vllm: "each configuration (model, GPU, count, precision) from the model's rows elsewhere, all of its own left out",
  },
  modelled: {
    transformers: `each row by physics fitted without its model family, with the residual of other families on its GPU`,
    vllm: `each row by physics fitted without its model family, with the residual of other families on its GPU`,
  },
  unseen_gpu: {
    transformers: "each row by physics fitted without any row of its GPU",
    vllm: "each row by physics fitted without any row of its GPU",
  },
  ratio: {
    transformers:
      "each quantized configuration from the 16-bit row of its own session, by physics fitted without its family",
    vllm: "each quantized configuration from the 16-bit row of its own session, by physics fitted without its family",
  },
};

function lineOf(rung: Rung, framework: Miss["framework"], precision: string, misses: readonly Miss[]): HeldOut {
  const energy = misses.map((miss) => Math.abs(miss.energy));
  const throughput = misses.flatMap((miss) => (miss.throughput === null ? [] : [Math.abs(miss.throughput)]));
  const factor = (xs: readonly number[]) => Number(Math.exp(quantile(xs, LEVEL)).toPrecision(3));
  return {
    rung,
    framework,
    precision,
    n: misses.length,
    median_error_percent: percent(quantile(energy, 0.5)),
    p90_error_percent: percent(quantile(energy, LEVEL)),
    bias_percent: percent(
      quantile(
        misses.map((miss) => miss.energy),
        0.5,
      ),
    ),
    within_2x_percent: Number(((100 * energy.filter((x) => x <= Math.LN2).length) / energy.length).toPrecision(3)),
    interval_factor: factor(energy),
    // Where most rows publish no throughput, those that do are one author's and agree too well.
    throughput_interval_factor:
      throughput.length >= Math.max(ENOUGH_ROWS, energy.length / 2) ? factor(throughput) : factor(energy),
    how: HOW[rung][framework],
  };
}

/** One line per rung, framework and precision with enough rows, and one for all precisions of each framework. */
export function accuracyTable(misses: readonly Miss[]): HeldOut[] {
  return JUDGED.flatMap((rung) =>
    FRAMEWORKS.flatMap((framework) => {
      const own = misses.filter((miss) => miss.rung === rung && miss.framework === framework);
      const precisions = [...new Set(own.map((miss) => miss.precision))].sort();
      const slices = precisions.map(
        (precision) => [precision, own.filter((miss) => miss.precision === precision)] as const,
      );
      const lines = slices
        .filter(([, slice]) => slice.length >= ENOUGH_ROWS)
        .map(([precision, slice]) => lineOf(rung, framework, precision, slice));
      return own.length > 0 ? [...lines, lineOf(rung, framework, "all", own)] : lines;
    }),
  );
}

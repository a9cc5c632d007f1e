import { FRAMEWORKS } from "../../packages/engine/src/domain/framework.ts";
import { type HeldOut, JUDGED } from "../../packages/engine/src/domain/held-out.ts";
import type { Miss, Rung } from "./misses.ts";
import { percentBias, percentError, quantile, threeDigits, within2xPercent } from "./statistics.ts";

const LEVEL = 0.9;
/** A slice with fewer rows than this is judged with its framework's others. */
const ENOUGH_ROWS = 8;

/** The factor within which a new row falls with probability LEVEL: conformal, the ceil((n + 1) p)-th smallest. */
function factor(errors: readonly number[]): number {
  const sorted = [...errors].sort((a, b) => a - b);
  const rank = Math.min(sorted.length, Math.ceil((sorted.length + 1) * LEVEL));
  return threeDigits(Math.exp(sorted[rank - 1] ?? 0));
}

const both = (how: string): Readonly<Record<Miss["framework"], string>> => ({ transformers: how, vllm: how });
const PAIRS = "each pair of one model's rows, by physics fitted without its family, that differ only in";

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
  ratio_batch: both(`${PAIRS} batch: error per doubling`),
  ratio_lengths: both(`${PAIRS} their requests: error per doubling of the output length`),
  ratio_num_gpus: both(`${PAIRS} GPU count`),
  ratio_gpu: both(`${PAIRS} GPU`),
  ratio: {
    transformers:
      "each quantized configuration from the 16-bit row of its own session, by physics fitted without its family",
    vllm: "each quantized configuration from the 16-bit row of its own session, by physics fitted without its family",
  },
};

function lineOf(rung: Rung, framework: Miss["framework"], precision: string, misses: readonly Miss[]): HeldOut {
  const logs = misses.map((miss) => miss.energy);
  const percents = logs.map(percentError);
  const energy = logs.map(Math.abs);
  const throughput = misses.flatMap((miss) => (miss.throughput === null ? [] : [Math.abs(miss.throughput)]));
  return {
    rung,
    framework,
    precision,
    n: misses.length,
    median_error_percent: threeDigits(quantile(percents, 0.5)),
    p90_error_percent: threeDigits(quantile(percents, LEVEL)),
    bias_percent: threeDigits(percentBias(logs)),
    within_2x_percent: threeDigits(within2xPercent(logs)),
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

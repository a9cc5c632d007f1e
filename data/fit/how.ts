import type { Miss, Rung } from "./misses.ts";

const both = (how: string): Readonly<Record<Miss["framework"], string>> => ({ transformers: how, vllm: how });
const PAIRS = "each pair of one model's rows, by physics fitted without its family, that differ only in";

/** How each rung is judged. */
export const HOW: Readonly<Record<Rung, Readonly<Record<Miss["framework"], string>>>> = {
  measured: {
    transformers: "two sessions that measured the same configuration, against each other",
    vllm: "no configuration was measured twice: each row against its neighbours in batch",
  },
  interpolated: both("each row from its neighbours in batch, itself left out"),
  transferred: {
    transformers: "each row from each other batch of its own session, near and far",
    vllm: "each configuration (model, GPU, count, precision) from the model's rows elsewhere, all of its own left out",
  },
  modelled: both("each row by physics fitted without its model family, with the residual of other families on its GPU"),
  unseen_gpu: both("each row by physics fitted without any row of its GPU"),
  known_host: both(
    "each row by physics fitted without its model family, on the host that the others of its session show",
  ),
  known_host_ratio: both(
    "each quantized row from the 16-bit row of its session, by physics fitted without its family, on the host that the others show",
  ),
  unknown_host: both("each row by physics fitted without its session, on the mean host"),
  calibrated: both(
    "each row by physics fitted without its session, on the host that one 16-bit run of that session shows",
  ),
  ratio_batch: both(`${PAIRS} batch: error per doubling`),
  ratio_lengths: both(`${PAIRS} their requests: error per doubling of the output length`),
  ratio_num_gpus: both(`${PAIRS} GPU count`),
  ratio_gpu: both(`${PAIRS} GPU`),
  ratio: both(
    "each quantized configuration from the 16-bit row of its own session, by physics fitted without its family",
  ),
};

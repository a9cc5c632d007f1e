import type { Catalogue } from "../../packages/engine/src/domain/catalogue.ts";
import { rowLengths } from "../../packages/engine/src/evidence/lengths.ts";
import { workloadOfRow } from "../../packages/engine/src/evidence/row-run.ts";
import { shapeOf } from "../../packages/engine/src/physics/architecture.ts";
import { coefficientsOf } from "../../packages/engine/src/physics/predict.ts";
import { TODAY } from "../../packages/engine/src/physics/step.ts";
import { activeParameters } from "../../packages/engine/src/physics/weights.ts";
import { workOf } from "../../packages/engine/src/physics/work.ts";
import type { Observation } from "./observations.ts";
import { geometricMean } from "./statistics.ts";

/** J per token of one row from rows of other folds, by a rule that needs no fit. */
export type Baseline = (observation: Observation, seen: readonly Observation[], catalogue: Catalogue) => number;

const constant: Baseline = (_, seen) => geometricMean(seen.map(({ row }) => row.energy_j_per_token));

const NEIGHBOURS = 3;

/** Distance in log parameters, batch, GPUs and output; another card or precision counts like a factor of e². */
function distance(a: Observation, b: Observation, catalogue: Catalogue): number {
  const apart = (x: number, y: number) => Math.log(x / y) ** 2;
  const c = coefficientsOf(catalogue);
  const total = ({ model }: Observation) => model.params_b_total ?? 1;
  return (
    apart(activeParameters(a.model), activeParameters(b.model)) +
    apart(total(a), total(b)) +
    apart(a.row.batch_size, b.row.batch_size) +
    apart(a.row.num_gpus, b.row.num_gpus) +
    apart(rowLengths(a.row, c).generation_length, rowLengths(b.row, c).generation_length) +
    (a.row.gpu === b.row.gpu ? 0 : 4) +
    (a.row.precision === b.row.precision ? 0 : 4) +
    (a.older === b.older ? 0 : 4)
  );
}

const nearest: Baseline = (observation, seen, catalogue) =>
  geometricMean(
    seen
      .map((other) => ({ energy: other.row.energy_j_per_token, away: distance(observation, other, catalogue) }))
      .sort((x, y) => x.away - y.away)
      .slice(0, NEIGHBOURS)
      .map(({ energy }) => energy),
  );

/** The longer of memory and arithmetic at the data sheet's figures, at TDP: the number of GPUs cancels out. */
const rooflineTdp: Baseline = ({ row }, _, catalogue) => {
  const w = workloadOfRow(row, catalogue);
  const precision = w && catalogue.precisionById.get(w.precision);
  if (!w || !precision || !w.gpu.tdp_w || !w.gpu.mem_bandwidth_gb_s || !w.gpu.fp16_dense_tflops) return Number.NaN;
  const eight = row.precision === "fp8" || row.precision === "mxfp4" ? w.gpu.fp8_dense_tflops : null;
  const tflops = eight ?? w.gpu.fp16_dense_tflops;
  const board = {
    bandwidth_bytes_s: w.gpu.mem_bandwidth_gb_s * 1e9,
    flops: tflops * 1e12,
    tdp_w: w.gpu.tdp_w,
    idle_w: 0,
  };
  const work = workOf({
    workload: w,
    shape: shapeOf(w.model, catalogue),
    bytes_per_weight: precision.bytes_per_weight,
    board,
    run: TODAY,
  });
  const memory = (work.weight_bytes + work.cache_bytes) / board.bandwidth_bytes_s;
  const compute = (work.decode_flops + work.prefill_flops) / board.flops;
  return (board.tdp_w * Math.max(memory, compute)) / w.batch_size;
};

export const BASELINES: Readonly<Record<string, Baseline>> = {
  constant,
  "3 nearest neighbours": nearest,
  "roofline x TDP": rooflineTdp,
};

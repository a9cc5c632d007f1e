// Eager time is the host's: what is known of a model family on a known host, on an unknown one, and after one run on it.
import type { Catalogue } from "../../packages/engine/src/domain/catalogue.ts";
import { hostOf } from "../../packages/engine/src/evidence/host.ts";
import { predictRow, workloadOfRow } from "../../packages/engine/src/evidence/row-run.ts";
import type { CoefficientValues } from "../../packages/engine/src/physics/coefficients.ts";
import type { Prediction } from "../../packages/engine/src/physics/predict.ts";
import { fitEager, inSession } from "./fit-eager.ts";
import { type Miss, missOfPrediction } from "./misses.ts";
import type { Observation } from "./observations.ts";

/** The question is batch 1; other batches of a session are judged by their own rung. */
const single = ({ row }: Observation): boolean => row.batch_size < 1.5;

/** A quantized row from the 16-bit row of its session, by the ratio of two predictions on that session's host. */
function ratioMiss(
  observation: Observation,
  said: Prediction | null,
  catalogue: Catalogue,
  c: CoefficientValues,
): Miss[] {
  const id = observation.row.fp16_partner;
  const partner = id === null ? undefined : catalogue.measurementById.get(id);
  const there = partner ? predictRow(partner, catalogue, c) : null;
  if (!partner || !there || !said) return [];
  const energy_j_per_token = (partner.energy_j_per_token * said.energy_j_per_token) / there.energy_j_per_token;
  return missOfPrediction("known_host_ratio", observation, { ...said, energy_j_per_token });
}

/** Each row by physics fitted without its family, on the host that the other families of its session show. */
function judgeKnownHost(all: readonly Observation[], catalogue: Catalogue, start: CoefficientValues): Miss[] {
  return [...new Set(all.map(({ model }) => model.family))].sort().flatMap((family) => {
    const fit = fitEager(
      all.filter(({ model }) => model.family !== family),
      start,
      catalogue,
    );
    return all
      .filter((observation) => observation.model.family === family && single(observation))
      .flatMap((observation) => {
        const session = fit.sessions[observation.row.source];
        if (!session) return [];
        const c = inSession({ ...start, ...fit.values }, session);
        const said = predictRow(observation.row, catalogue, c);
        return [...missOfPrediction("known_host", observation, said), ...ratioMiss(observation, said, catalogue, c)];
      });
  });
}

/** Each other row of a session after one 16-bit run of it has set the host. */
function judgeCalibrated(held: readonly Observation[], catalogue: Catalogue, c: CoefficientValues): Miss[] {
  const runs = held.filter(({ row }) => row.precision === "fp16" && row.throughput_tok_s !== null);
  return runs.flatMap((run) => {
    const { throughput_tok_s: throughput, power_w: power, energy_j_per_token: energy } = run.row;
    const workload = workloadOfRow(run.row, catalogue, c);
    if (throughput === null || !workload) return [];
    // A net row that was made gross has no power of its own: its energy times its throughput is that.
    const calibration = { throughput_tok_s: throughput, power_w: power ?? energy * throughput };
    const host = hostOf({ ...workload, calibration }, catalogue, c);
    if (!host) return [];
    return held
      .filter((other) => other !== run)
      .flatMap((other) => missOfPrediction("calibrated", other, predictRow(other.row, catalogue, host)));
  });
}

/** Each session by physics that has not seen it: the host is the others' mean, then what one run says. */
function judgeUnknownHost(all: readonly Observation[], catalogue: Catalogue, start: CoefficientValues): Miss[] {
  return [...new Set(all.map(({ row }) => row.source))].sort().flatMap((source) => {
    const seen = all.filter(({ row }) => row.source !== source);
    const c = { ...start, ...fitEager(seen, start, catalogue).values };
    const held = all.filter((observation) => observation.row.source === source && single(observation));
    return [
      ...held.flatMap((observation) =>
        missOfPrediction("unknown_host", observation, predictRow(observation.row, catalogue, c)),
      ),
      ...judgeCalibrated(held, catalogue, c),
    ];
  });
}

export const judgeHosts = (all: readonly Observation[], catalogue: Catalogue, start: CoefficientValues): Miss[] => [
  ...judgeKnownHost(all, catalogue, start),
  ...judgeUnknownHost(all, catalogue, start),
];

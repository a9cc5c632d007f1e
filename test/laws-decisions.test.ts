// Decisions between two configurations against what was measured of both, with every row of either taken out. Physics has
// seen them: its own error on unseen families is in data/accuracy.
import { catalogueData } from "@ecocompute/data";
import { indexCatalogue, type Measurement, type Workload } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { isMultimodal } from "../packages/engine/src/domain/measurement.ts";
import { samePrecision } from "../packages/engine/src/evidence/held-out.ts";
import { isOlderVllm, sameBatch } from "../packages/engine/src/evidence/match.ts";
import { energyRatio, type Ratio } from "../packages/engine/src/evidence/ratio.ts";
import { workloadOfRow } from "../packages/engine/src/evidence/row-run.ts";
import { answerable } from "./support/arbitrary-requests.ts";
import { catalogue } from "./support/run-protocol.ts";

type Pair = readonly [Measurement, Measurement];

/** What the two differ in; null where they cannot be compared. */
function differenceOf([a, b]: Pair): string | null {
  if (a.model_id !== b.model_id || a.framework !== b.framework || a.workload !== b.workload) return null;
  // Eager time is the host's: only one session compares.
  if (a.framework === "transformers" && a.source !== b.source) return null;
  const what = [
    sameBatch(a.batch_size, b.batch_size) ? [] : ["batch"],
    a.num_gpus === b.num_gpus ? [] : ["count"],
    a.gpu === b.gpu ? [] : ["GPU"],
    samePrecision(a.precision, b.precision) ? [] : ["precision"],
  ].flat();
  return what.length === 0 ? null : `${a.framework} ${what.join(" + ")}`;
}

const rows = answerable.filter((row) => !isOlderVllm(row) && row.flag === null && !isMultimodal(row));
const pairs = Map.groupBy(
  rows.flatMap((a, i) => rows.slice(i + 1).map((b): Pair => [a, b])),
  (pair) => differenceOf(pair) ?? "none",
);
pairs.delete("none");

/** At most this many of each kind, spread over all of them. */
const SAMPLE = 60;
const sampled = (all: readonly Pair[]): readonly Pair[] => {
  const step = Math.max(1, Math.floor(all.length / SAMPLE));
  return all.filter((_, i) => i % step === 0);
};

const sameConfiguration = (a: Measurement, b: Measurement): boolean =>
  a.model_id === b.model_id && a.gpu === b.gpu && a.num_gpus === b.num_gpus && samePrecision(a.precision, b.precision);

function heldOutRatio([a, b]: Pair, first: Workload, second: Workload): Ratio | null {
  const measurements = catalogueData.measurements.filter(
    (row) => !sameConfiguration(row, a) && !sameConfiguration(row, b),
  );
  const { sequence_length, generation_length } = first;
  return energyRatio(
    first,
    { ...second, sequence_length, generation_length },
    indexCatalogue({ ...catalogueData, measurements }),
  );
}

const judged = [...pairs].flatMap(([kind, all]) =>
  sampled(all).flatMap((pair) => {
    const [first, second] = [workloadOfRow(pair[0], catalogue), workloadOfRow(pair[1], catalogue)];
    if (!first || !second || first.model.params_b_total === null) return [];
    const said = heldOutRatio(pair, first, second);
    return said ? [{ kind, said, truth: pair[0].energy_j_per_token / pair[1].energy_j_per_token }] : [];
  }),
);
const share = <T>(xs: readonly T[], holds: (x: T) => boolean): number => xs.filter(holds).length / xs.length;
const inside = ({ said: { ratio }, truth }: (typeof judged)[number]) => ratio.low <= truth && truth <= ratio.high;
const rightSign = ({ said: { ratio }, truth }: (typeof judged)[number]) => ratio.value < 1 === truth < 1;

describe("of two configurations of one model, both unseen", () => {
  test("the interval of the ratio holds what was measured, for 85 in a hundred, and 80 of each kind with 30 pairs", () => {
    expect(judged.length).toBeGreaterThan(400);
    expect(share(judged, inside)).toBeGreaterThanOrEqual(0.85);
    const low = [...Map.groupBy(judged, ({ kind }) => kind)].filter(
      ([, each]) => each.length >= 30 && share(each, inside) < 0.8,
    );
    expect(low.map(([kind, each]) => `${kind}: ${(100 * share(each, inside)).toFixed(0)} % of ${each.length}`)).toEqual(
      [],
    );
  });

  test("where it says that they can be told apart, the sign is right, for 97 in a hundred", () => {
    const separable = judged.filter(({ said }) => said.separable);
    expect(separable.length).toBeGreaterThan(200);
    expect(share(separable, rightSign)).toBeGreaterThanOrEqual(0.97);
  });

  test("the probability is no boast: the likelier one uses less at least as often as said, but for one in ten", () => {
    const unsure = judged.filter(({ said }) => !said.separable);
    const claimed = unsure.map(({ said: { probability_less_energy: p } }) => Math.max(p, 1 - p));
    expect(unsure.length).toBeGreaterThan(60);
    expect(share(unsure, rightSign)).toBeGreaterThan(claimed.reduce((s, p) => s + p, 0) / claimed.length - 0.1);
  });
});

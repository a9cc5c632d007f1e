// What must hold between an answer and the measured rows behind it, over all rows that a question can ask for.
import { catalogueData } from "@ecocompute/data";
import { type Estimate, estimateWorkload, indexCatalogue, type Workload } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { architectureId } from "../packages/engine/src/domain/catalogue.ts";
import type { Measurement } from "../packages/engine/src/domain/measurement.ts";
import { isOlderVllm, sameBatch, sameConfiguration } from "../packages/engine/src/evidence/match.ts";
import { workloadOfRow } from "../packages/engine/src/evidence/row-run.ts";
import { memoryGb } from "../packages/engine/src/physics/memory.ts";
import { answerable } from "./support/arbitrary-requests.ts";
import { catalogue } from "./support/run-protocol.ts";

describe("every measured row", () => {
  const asked = answerable.flatMap((row) => {
    const workload = workloadOfRow(row, catalogue);
    return workload && workload.model.params_b_total !== null ? [{ row, workload }] : [];
  });
  const answer = (workload: Workload): Estimate => estimateWorkload(workload, catalogue);

  test("there are enough of them for the laws to mean something", () => {
    expect(asked.length).toBeGreaterThan(900);
  });

  test("asked as it ran, is answered as measured, with the energy of a row of its configuration", () => {
    const rowsOf = (workload: Workload): readonly Measurement[] => sameConfiguration(workload, catalogue);
    const wrong = asked
      // An older software generation, or a run with images, gives way to the others of its configuration.
      .filter(({ row, workload }) => rowsOf(workload).includes(row))
      .flatMap(({ row, workload }) => {
        const estimate = answer(workload);
        if (estimate.kind !== "estimated") return [`${row.id}: ${estimate.kind}`];
        const first = catalogue.measurementById.get(estimate.basis.evidence[0] ?? "");
        const own = first && catalogue.modelById.get(first.model_id);
        const faithful =
          estimate.basis.tier === "measured" &&
          first !== undefined &&
          own !== undefined &&
          architectureId(own) === architectureId(workload.model) &&
          [first.gpu, first.num_gpus, first.framework].join() === [row.gpu, row.num_gpus, row.framework].join() &&
          estimate.metrics.energy_j_per_1k_tokens.value === 1000 * first.energy_j_per_token;
        return faithful ? [] : [`${row.id}: ${estimate.basis.tier} from ${first?.id}`];
      });
    expect(wrong).toEqual([]);
  });

  test("asked as it ran, is answered by itself, where its session measured that once", () => {
    const twins = ({ row, workload }: (typeof asked)[number]) =>
      sameConfiguration(workload, catalogue).filter(
        (other) =>
          other.source === row.source &&
          sameBatch(other.batch_size, row.batch_size) &&
          other.output_tokens === row.output_tokens &&
          other.input_tokens === row.input_tokens,
      );
    const alone = asked.filter((each) => {
      const found = twins(each);
      // A flagged row gives way to the others of its configuration.
      return found.length === 1 && found[0] === each.row && each.row.flag === null;
    });
    expect(alone.length).toBeGreaterThan(850);
    const wrong = alone.flatMap(({ row, workload }) => {
      const estimate = estimateWorkload(workload, catalogue, row.source);
      if (estimate.kind !== "estimated") return [`${row.id}: ${estimate.kind}`];
      const { metrics, basis } = estimate;
      const itself =
        basis.evidence[0] === row.id &&
        metrics.energy_j_per_1k_tokens.value === 1000 * row.energy_j_per_token &&
        (metrics.throughput_tok_s?.value ?? null) === row.throughput_tok_s;
      return itself ? [] : [`${row.id}: ${basis.tier} from ${basis.evidence[0]}`];
    });
    expect(wrong).toEqual([]);
  });

  test("its own energy lies in the interval of the answer, for nine in ten", () => {
    const inside = asked.map(({ row, workload }) => {
      const estimate = answer(workload);
      const q = estimate.kind === "estimated" ? estimate.metrics.energy_j_per_1k_tokens : null;
      return q !== null && q.low <= 1000 * row.energy_j_per_token && 1000 * row.energy_j_per_token <= q.high;
    });
    expect(inside.filter(Boolean).length / inside.length).toBeGreaterThan(0.9);
  });

  test("no eager row is said not to fit; a serving row only by a KV cache whose lengths nobody published", () => {
    const tooLarge = asked.filter(({ workload }) => !memoryGb(workload, catalogue).fits);
    expect(tooLarge.filter(({ row }) => row.framework === "transformers").map(({ row }) => row.id)).toEqual([]);
    expect(tooLarge.filter(({ row }) => row.input_tokens !== null).map(({ row }) => row.id)).toEqual([]);
    const weightsAlone = tooLarge.filter(
      ({ workload }) => !memoryGb({ ...workload, batch_size: 1, sequence_length: 128 }, catalogue).fits,
    );
    expect(weightsAlone.map(({ row }) => row.id)).toEqual([]);
    expect(tooLarge.length / asked.length).toBeLessThan(0.08);
  });
});

describe("every row that answers its own question, taken out of the catalogue", () => {
  const left = answerable.flatMap((row) => {
    const workload = workloadOfRow(row, catalogue);
    const own = workload && workload.model.params_b_total !== null ? estimateWorkload(workload, catalogue) : null;
    // Answers are for today's software: a row of vLLM 0.5 is an anchor, not a question.
    if (!workload || own?.kind !== "estimated" || own.basis.evidence[0] !== row.id || isOlderVllm(row)) return [];
    const measurements = catalogueData.measurements.filter(({ id }) => id !== row.id);
    const estimate = estimateWorkload(workload, indexCatalogue({ ...catalogueData, measurements }));
    const energy = estimate.kind === "estimated" ? estimate.metrics.energy_j_per_1k_tokens : null;
    const truth = 1000 * row.energy_j_per_token;
    const tier = estimate.kind === "estimated" ? estimate.basis.tier : estimate.kind;
    return [{ row, tier, inside: energy !== null && energy.low <= truth && truth <= energy.high }];
  });
  const share = (rows: typeof left): number => rows.filter(({ inside }) => inside).length / rows.length;

  // Without judged length pairs a row of other lengths answers with too narrow an interval (measured, vllm, another
  // workload: about six in ten): `npm run accuracy` writes them.
  const judgedLengths = catalogue.held_out.some(({ rung }) => rung === "ratio_lengths");
  const least = judgedLengths ? 0.85 : 0.75;

  test(`is in the interval of what the rest says, for ${100 * least} in a hundred`, () => {
    expect(left.length).toBeGreaterThan(550);
    expect(share(left)).toBeGreaterThanOrEqual(least);
  });

  test("so on every rung that answers at least 30 of them", () => {
    const rungs = Map.groupBy(left, ({ tier }) => tier);
    const low = [...rungs].filter(([, rows]) => rows.length >= 30 && share(rows) < 0.85);
    expect(low.map(([tier, rows]) => `${tier}: ${(100 * share(rows)).toFixed(0)} % of ${rows.length}`)).toEqual(
      judgedLengths ? [] : [expect.stringMatching(/^measured: /)],
    );
  });
});

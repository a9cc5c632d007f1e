// What must hold between an answer and the measured rows behind it, over all rows that a question can ask for.
import { type Estimate, estimateWorkload, type Workload } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { architectureId } from "../packages/engine/src/domain/catalogue.ts";
import type { Measurement } from "../packages/engine/src/domain/measurement.ts";
import { sameConfiguration } from "../packages/engine/src/evidence/match.ts";
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

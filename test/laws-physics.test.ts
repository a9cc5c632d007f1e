// What must hold for physics, whatever is asked.
import { type Estimated, estimateWorkload, resolveRequest, type Workload } from "@ecocompute/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PrecisionId } from "../packages/engine/src/domain/precision.ts";
import { isOlderVllm } from "../packages/engine/src/evidence/match.ts";
import { workloadOfRow } from "../packages/engine/src/evidence/row-run.ts";
import { memoryGb } from "../packages/engine/src/physics/memory.ts";
import { predict } from "../packages/engine/src/physics/predict.ts";
import { answerable, configuration } from "./support/arbitrary-requests.ts";
import { catalogue, reportOf } from "./support/run-protocol.ts";

test("memory grows with batch and with each length", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...answerable),
      fc.integer({ min: 1, max: 512 }),
      fc.integer({ min: 128, max: 16_384 }),
      fc.integer({ min: 1, max: 4096 }),
      fc.integer({ min: 1, max: 512 }),
      (row, batch_size, sequence_length, generation_length, more) => {
        const base = workloadOfRow(
          { ...row, input_tokens: sequence_length, output_tokens: generation_length, batch_size },
          catalogue,
        );
        if (!base || base.model.params_b_total === null) return;
        const gb = (w: Workload) => memoryGb(w, catalogue).total_gb.value;
        for (const grown of [
          { batch_size: batch_size + more },
          { sequence_length: sequence_length + more },
          { generation_length: generation_length + more },
        ]) {
          expect(gb({ ...base, ...grown })).toBeGreaterThanOrEqual(gb(base));
        }
        expect(gb({ ...base, batch_size: batch_size + more })).toBeGreaterThan(gb(base));
      },
    ),
    { numRuns: 300 },
  );
});

describe("longer prompts", () => {
  test("never lower the energy per token", () => {
    const longer = [128, 512, 1024, 4096, 16_000] as const;
    for (const [model_id, hardware_platform, framework] of [
      ["meta-llama/Llama-3.1-8B-Instruct", "l40s", "vllm"],
      ["meta-llama/Llama-3.1-8B-Instruct", "h200", "vllm"],
      ["Qwen/Qwen2.5-14B", "h100-sxm", "transformers"],
    ] as const) {
      const energies = longer.map(
        (sequence_length) =>
          reportOf("estimate", { model_id, hardware_platform, framework, sequence_length, batch_size: 1 }).current
            .metrics.energy_j_per_1k_tokens.value,
      );
      for (const [i, energy] of energies.entries())
        expect(energy).toBeGreaterThanOrEqual((energies[i - 1] ?? 0) * 0.9999);
    }
  });
});

describe("a precision that nobody measured", () => {
  test("is physics alone, told and wide, also where 16-bit rows are near", () => {
    const { basis, metrics } = reportOf("estimate", {
      model_id: "mistralai/Mistral-7B-Instruct-v0.3",
      hardware_platform: "a800",
      quantization: "fp32",
    }).current;
    expect(basis).toMatchObject({ tier: "modelled", confidence: "low" });
    expect(basis.notes.join(" ")).toContain("Nobody measured fp32");
    const { low, value, high } = metrics.energy_j_per_1k_tokens;
    expect(high / value).toBeGreaterThan(1.5);
    expect(value / low).toBeGreaterThan(1.5);
  });
});

describe("more bytes, more time", () => {
  const question = fc.tuple(
    fc.constantFrom(...answerable),
    fc.constantFrom("h100-sxm", "b200", "a100-80gb", "a800", "l4", "rtx4090d", "t4"),
    fc.constantFrom<PrecisionId[]>("fp16", "nf4", "int8_pure", "int8_default", "fp8"),
    fc.record({
      num_gpus: fc.constantFrom(1, 2, 8),
      batch_size: fc.integer({ min: 1, max: 512 }),
      sequence_length: fc.integer({ min: 128, max: 8192 }),
      generation_length: fc.integer({ min: 1, max: 2048 }),
    }),
  );
  const asked = question.map(([row, gpuId, precision, change]): Workload | null => {
    const base = workloadOfRow(row, catalogue);
    const gpu = catalogue.gpuById.get(gpuId);
    return base && gpu && base.model.params_b_total !== null ? { ...base, ...change, gpu, precision } : null;
  });
  const stepSeconds = (w: Workload): number => predict(w, catalogue)?.step.seconds ?? Number.NaN;
  const neverFaster = (name: string, grow: (w: Workload, by: number) => Workload) =>
    test(name, () => {
      fc.assert(
        fc.property(asked, fc.double({ min: 1.01, max: 8, noNaN: true }), (w, by) => {
          if (!w) return;
          const [before, after] = [stepSeconds(w), stepSeconds(grow(w, by))];
          expect(after).toBeGreaterThanOrEqual(before * (1 - 1e-12));
          expect(before).toBeGreaterThan(0);
        }),
        { numRuns: 300 },
      );
    });

  neverFaster("a larger batch takes no shorter a step", (w, by) => ({
    ...w,
    batch_size: Math.ceil(w.batch_size * by),
  }));
  neverFaster("longer prompts take no shorter a step", (w, by) => ({
    ...w,
    sequence_length: Math.ceil(w.sequence_length * by),
  }));
  neverFaster("more parameters of one shape take no shorter a step", (w, by) => ({
    ...w,
    model: {
      ...w.model,
      params_b_total: (w.model.params_b_total ?? 1) * by,
      params_b_active: w.model.params_b_active === null ? null : w.model.params_b_active * by,
    },
  }));
  neverFaster("a card of less bandwidth takes no shorter a step", (w, by) => ({
    ...w,
    gpu: { ...w.gpu, mem_bandwidth_gb_s: (w.gpu.mem_bandwidth_gb_s ?? 1) / by },
  }));
});

describe("energy per token over batch", () => {
  /** What an answer may rise by from one batch to a larger one, where no two measured rows say so. */
  const RISE = 1.05;
  const energyOf = ({ metrics }: Estimated) => metrics.energy_j_per_1k_tokens.value;
  const estimateAt = (w: Workload, batch_size: number): Estimated | null => {
    const estimate = estimateWorkload({ ...w, batch_size }, catalogue);
    return estimate.kind === "estimated" ? estimate : null;
  };
  const firstRow = ({ basis }: Estimated) => catalogue.measurementById.get(basis.evidence[0] ?? "");
  const isEvidence = ({ basis }: Estimated) => basis.tier === "measured" || basis.tier === "interpolated";

  test("never rises by more than 5 % around any row of today's software, but between two measured answers, two kinds of requests or of flags", () => {
    let compared = 0;
    const rises = answerable.flatMap((row) => {
      const w = workloadOfRow(row, catalogue);
      if (!w || w.model.params_b_total === null || isOlderVllm(row)) return [];
      return [0.25, 0.5, 1, 2].flatMap((factor) => {
        const batch = Math.max(1, row.batch_size * factor);
        const [one, many] = [estimateAt(w, batch), estimateAt(w, 2 * batch)];
        if (!one || !many || (isEvidence(one) && isEvidence(many))) return [];
        const [from, to] = [firstRow(one), firstRow(many)];
        if (from?.workload !== to?.workload || !from || !to || from.flag !== to.flag) return [];
        if (isOlderVllm(from) || isOlderVllm(to)) return [];
        compared += 1;
        return energyOf(many) > RISE * energyOf(one)
          ? [`${row.id} at ${batch}: ${one.basis.tier} to ${many.basis.tier}`]
          : [];
      });
    });
    expect(rises).toEqual([]);
    expect(compared).toBeGreaterThan(500);
  });

  test("never rises where physics carries both answers from one row, or from none", () => {
    let compared = 0;
    fc.assert(
      fc.property(configuration, fc.constantFrom(2, 4, 8), (input, by) => {
        const asked = resolveRequest(input, catalogue);
        if (!asked.ok) return;
        const { workload } = asked.value;
        const [one, many] = [estimateAt(workload, input.batch_size), estimateAt(workload, input.batch_size * by)];
        if (!one || !many || isEvidence(one) || isEvidence(many)) return;
        if (one.basis.tier !== many.basis.tier || firstRow(one) !== firstRow(many)) return;
        compared += 1;
        expect(energyOf(many)).toBeLessThanOrEqual(energyOf(one) * (1 + 1e-9));
      }),
      { numRuns: 800 },
    );
    expect(compared).toBeGreaterThan(60);
  });
});

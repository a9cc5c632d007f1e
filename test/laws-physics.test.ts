// What must hold for physics, whatever is asked.
import type { Workload } from "@ecocompute/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { workloadOfRow } from "../packages/engine/src/evidence/row-run.ts";
import { memoryGb } from "../packages/engine/src/physics/memory.ts";
import { answerable } from "./support/arbitrary-requests.ts";
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

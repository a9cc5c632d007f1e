// What must hold for what OPTIMIZE chooses, tried with random requests on the real evidence.
import { estimateWorkload, resolveRequest, type Workload } from "@ecocompute/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lengthFactor } from "../packages/engine/src/evidence/lengths.ts";
import { energyRatio } from "../packages/engine/src/evidence/ratio.ts";
import {
  type Budgets,
  bestWithin,
  isOverloaded,
  NO_BUDGETS,
  sixDigits,
} from "../packages/engine/src/protocols/search.ts";
import { answerable, estimable, resolved } from "./support/arbitrary-requests.ts";
import { catalogue, outcomeOf, reportOf } from "./support/run-protocol.ts";

describe("budgets", () => {
  const budgets: fc.Arbitrary<Budgets> = fc.record({
    max_latency_ms: fc.option(fc.double({ min: 100, max: 1e5, noNaN: true })),
    max_vram_gb: fc.option(fc.double({ min: 2, max: 640, noNaN: true })),
    min_throughput_tok_s: fc.option(fc.double({ min: 1, max: 1e4, noNaN: true })),
  });
  const looser = (b: Budgets, by: number): Budgets => ({
    max_latency_ms: b.max_latency_ms && b.max_latency_ms * by,
    max_vram_gb: b.max_vram_gb && b.max_vram_gb * by,
    min_throughput_tok_s: b.min_throughput_tok_s && b.min_throughput_tok_s / by,
  });

  test("a larger budget never gives a worse optimum, no budget the best", () => {
    fc.assert(
      fc.property(estimable, budgets, fc.double({ min: 1, max: 10, noNaN: true }), (input, tight, by) => {
        const value = resolved(input);
        const objective = (b: Budgets) => bestWithin(value, b, catalogue).best?.objective ?? Number.POSITIVE_INFINITY;
        const [a, b, c] = [objective(tight), objective(looser(tight, by)), objective(NO_BUDGETS)];
        expect(b).toBeLessThanOrEqual(a);
        expect(c).toBeLessThanOrEqual(b);
      }),
      { numRuns: 60 },
    );
  });

  test("nor of a fleet: one that serves the traffic is never given up for more budget", () => {
    const traffic = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.double({ min: 1e3, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(estimable, traffic, budgets, (input, [replicas, requests_per_month], tight) => {
        const value = resolved({ ...input, replicas, requests_per_month });
        const found = (b: Budgets) => bestWithin(value, b, catalogue).best;
        const order = (b: Budgets): readonly [number, number] => {
          const best = found(b);
          return best ? [Number(isOverloaded(best)), best.objective] : [2, 0];
        };
        const [[strained, energy], [freeStrained, freeEnergy]] = [order(tight), order(looser(tight, 3))];
        expect(freeStrained).toBeLessThanOrEqual(strained);
        if (freeStrained === strained) expect(freeEnergy).toBeLessThanOrEqual(energy * (1 + 1e-5));
      }),
      { numRuns: 25 },
    );
  });

  test("what is recommended meets the budgets, and a budget that costs something is named", () => {
    let bound = 0;
    fc.assert(
      fc.property(estimable, budgets, (input, limits) => {
        const given = Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== null));
        const outcome = outcomeOf("optimize", { ...input, ...given });
        if (!outcome.ok) return;
        const { recommended, binding_constraint, closest_infeasible } = outcome.value;
        expect(recommended === null).toBe(closest_infeasible !== null);
        if (recommended === null) {
          expect(closest_infeasible?.violates.length).toBeGreaterThan(0);
          return;
        }
        const { latency_ms_per_request, vram_gb, throughput_tok_s } = recommended.metrics;
        if (limits.max_latency_ms) expect(latency_ms_per_request?.value).toBeLessThanOrEqual(limits.max_latency_ms);
        if (limits.max_vram_gb) expect(vram_gb?.value).toBeLessThanOrEqual(limits.max_vram_gb);
        if (limits.min_throughput_tok_s)
          expect(throughput_tok_s?.value).toBeGreaterThanOrEqual(limits.min_throughput_tok_s);
        const free = reportOf("optimize", input).recommended;
        const costs = JSON.stringify(free?.metrics) !== JSON.stringify(recommended.metrics);
        expect(binding_constraint !== null, "a binding constraint is named").toBe(costs);
        if (costs) bound += 1;
      }),
      { numRuns: 80 },
    );
    expect(bound).toBeGreaterThan(0);
  });
});

describe("a search over GPUs, counts, precisions and batches", () => {
  /** Boards on which the model of some vLLM or eager row was measured, or near it. */
  const search = fc
    .tuple(
      fc.constantFrom(...answerable),
      fc.subarray(["h100-sxm", "b200", "a100-80gb", "a800", "rtx4090d", "v100-32gb"], { minLength: 1, maxLength: 3 }),
      fc.subarray([1, 2, 4, 8], { minLength: 1, maxLength: 2 }),
      fc.subarray(["bf16", "fp8", "nf4", "int8_pure", "int8_default"], { minLength: 1, maxLength: 3 }),
      fc.subarray([1, 2, 8, 24, 64], { minLength: 1, maxLength: 3 }),
    )
    .map(([row, search_gpus, search_num_gpus, search_quantizations, search_batch_sizes]) => ({
      model_id: row.model_id,
      framework: row.framework,
      search_gpus,
      search_num_gpus,
      search_quantizations,
      search_batch_sizes,
    }));
  const budgets = fc.record(
    {
      max_latency_ms: fc.double({ min: 1000, max: 1e5, noNaN: true }),
      max_vram_gb: fc.double({ min: 10, max: 640, noNaN: true }),
    },
    { requiredKeys: [] },
  );
  interface Question {
    readonly model_id: string;
    readonly framework: string;
    readonly search_gpus: readonly string[];
    readonly search_num_gpus: readonly number[];
    readonly search_quantizations: readonly string[];
    readonly search_batch_sizes: readonly number[];
  }
  type Limits = { readonly max_latency_ms?: number; readonly max_vram_gb?: number };

  /** Every configuration asked on its own, the first precision of each batch by its energy, the others by their ratio to it. */
  function bruteForce({ model_id, framework, ...lists }: Question, limits: Limits): number {
    let least = Number.POSITIVE_INFINITY;
    for (const hardware_platform of lists.search_gpus)
      for (const num_gpus of lists.search_num_gpus)
        for (const batch_size of lists.search_batch_sizes) {
          let first: { readonly workload: Workload; readonly energy: number } | null = null;
          for (const [i, quantization] of lists.search_quantizations.entries()) {
            const asked = resolveRequest(
              { model_id, framework, hardware_platform, num_gpus, batch_size, quantization },
              catalogue,
            );
            if (!asked.ok) continue;
            const { workload } = asked.value;
            const estimate = estimateWorkload(workload, catalogue);
            if (estimate.kind !== "estimated") continue;
            const { energy_j_per_1k_tokens: energy, latency_ms_per_request: latency, vram_gb: vram } = estimate.metrics;
            const row = catalogue.measurementById.get(estimate.basis.evidence[0] ?? "");
            const own = energy.value * lengthFactor(workload, estimate.basis.tier, row, catalogue);
            if (i === 0) first = { workload, energy: own };
            const ratio = first && i > 0 ? energyRatio(workload, first.workload, catalogue) : null;
            const judged = !ratio
              ? own
              : (first?.energy ?? Number.NaN) *
                (ratio.ratio.high < 1 ? ratio.ratio.value : Math.max(1, ratio.ratio.value));
            const meets =
              (limits.max_latency_ms === undefined || (latency !== null && latency.value <= limits.max_latency_ms)) &&
              (limits.max_vram_gb === undefined || (vram !== null && vram.value <= limits.max_vram_gb));
            if (meets) least = Math.min(least, judged);
          }
        }
    return least;
  }

  test("finds what asking for every configuration one by one finds", () => {
    let found = 0;
    fc.assert(
      fc.property(search, budgets, (question, limits) => {
        const outcome = outcomeOf("optimize", { ...question, ...limits });
        const least = bruteForce(question, limits);
        const recommended = outcome.ok ? outcome.value.recommended : null;
        expect(recommended !== null).toBe(Number.isFinite(least));
        if (!recommended) return;
        found += 1;
        const { configuration: c } = recommended;
        const alone = bruteForce(
          {
            ...question,
            search_gpus: [c.hardware_platform],
            search_num_gpus: [c.num_gpus],
            search_batch_sizes: [c.batch_size],
          },
          limits,
        );
        // What bisection leaves of equal energies is no difference.
        expect(alone / least).toBeCloseTo(1, 5);
      }),
      { numRuns: 250 },
    );
    expect(found).toBeGreaterThan(40);
  });

  test("no member of the front is beaten in both energy and latency, and every alternative is beaten or on it", () => {
    fc.assert(
      fc.property(search, budgets, (question, limits) => {
        const outcome = outcomeOf("optimize", { ...question, ...limits });
        if (!outcome.ok) return;
        const { pareto_front, alternatives, recommended } = outcome.value;
        const figures = ({ metrics }: Pick<(typeof alternatives)[number], "metrics">) =>
          metrics.latency_ms_per_request && {
            energy: sixDigits(metrics.energy_j_per_1k_tokens.value),
            latency: sixDigits(metrics.latency_ms_per_request.value),
          };
        const front = pareto_front.flatMap((each) => figures(each) ?? []);
        expect(front).toHaveLength(pareto_front.length);
        for (const a of front)
          for (const b of front) if (a !== b) expect(a.energy < b.energy || a.latency < b.latency).toBe(true);
        for (const other of alternatives.flatMap((each) => figures(each) ?? []))
          expect(front.some((a) => a.energy <= other.energy && a.latency <= other.latency)).toBe(true);
        if (recommended?.metrics.latency_ms_per_request) expect(front.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  test("an alternative's probability and its interval agree", () => {
    fc.assert(
      fc.property(search, (question) => {
        const outcome = outcomeOf("optimize", question);
        if (!outcome.ok) return;
        for (const { energy_percent: q, probability_less_energy: p, separable } of outcome.value.alternatives) {
          expect(p > 0.5).toBe(q.value < 0);
          expect(separable).toBe(q.high < 0 || q.low > 0);
          expect(q.high < 0).toBe(p > 0.95);
        }
      }),
      { numRuns: 60 },
    );
  });
});

// What must hold for every answer, whatever is asked: tried with random requests on the real evidence.
import {
  type Estimate,
  estimateWorkload,
  type Quantity,
  type Resolved,
  resolveRequest,
  type Workload,
} from "@ecocompute/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { architectureId } from "../packages/engine/src/domain/catalogue.ts";
import type { Measurement } from "../packages/engine/src/domain/measurement.ts";
import { sameConfiguration } from "../packages/engine/src/evidence/match.ts";
import { workloadOfRow } from "../packages/engine/src/evidence/row-run.ts";
import { memoryGb } from "../packages/engine/src/physics/memory.ts";
import { type Budgets, bestWithin, NO_BUDGETS } from "../packages/engine/src/protocols/search.ts";
import { catalogue, outcomeOf, RUNNABLE, reportOf } from "./support/run-protocol.ts";

const answerable = catalogue.usable.filter(({ framework }) => framework === "transformers" || framework === "vllm");

function resolved(input: object): Resolved {
  const outcome = resolveRequest(input, catalogue);
  if (!outcome.ok) throw new Error(outcome.problem.detail);
  return outcome.value;
}

/** The configuration of a measured row, somewhere near its batch and lengths. */
const nearARow = fc
  .tuple(
    fc.constantFrom(...answerable),
    fc.constantFrom(0.25, 0.5, 1, 1, 1, 1.5, 2),
    fc.integer({ min: 128, max: 1024 }),
    fc.integer({ min: 1, max: 1024 }),
  )
  .map(([row, factor, sequence_length, generation_length]) => ({
    model_id: row.model_id,
    hardware_platform: row.gpu,
    quantization: row.precision,
    framework: row.framework,
    num_gpus: row.num_gpus,
    batch_size: Math.max(1, Math.round(row.batch_size * factor)),
    sequence_length,
    generation_length,
  }));
/** Any catalogue model on any GPU: mostly far from the evidence. */
const anywhere = fc.record({
  model_id: fc.oneof(
    fc.constantFrom(...catalogue.models.map(({ id }) => id)),
    fc.constantFrom("Org/Unknown-13B", "Org/Small-350M", "Org/Mix-4x7B", "Org/Sparse-100B-A5B"),
  ),
  hardware_platform: fc.constantFrom(...catalogue.gpus.map(({ id }) => id)),
  quantization: fc.constantFrom("fp16", "bf16", "fp32", "nf4", "int8_default", "int8_pure", "fp8"),
  framework: fc.constantFrom("transformers", "vllm"),
  num_gpus: fc.constantFrom(1, 2, 8),
  batch_size: fc.integer({ min: 1, max: 64 }),
  sequence_length: fc.integer({ min: 128, max: 8192 }),
  generation_length: fc.integer({ min: 1, max: 4096 }),
});
const configuration = fc.oneof({ weight: 2, arbitrary: nearARow }, anywhere);
const demand = fc.record(
  {
    requests_per_month: fc.double({ min: 0, max: 3e13, noNaN: true }),
    region: fc.constantFrom("us", "china", "eu", "DEU", "gcp:europe-west1"),
    replicas: fc.integer({ min: 0, max: 50 }),
    use_case: fc.constantFrom("production_api", "interactive_chat", "batch_processing"),
    gpu_hour_usd: fc.double({ min: 0, max: 1000, noNaN: true }),
    pue: fc.double({ min: 1, max: 3, noNaN: true }),
    calibration_throughput_tok_s: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    max_latency_ms: fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
    observed_throughput_tok_s: fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
    observed_power_w: fc.double({ min: 1e-3, max: 1e7, noNaN: true }),
  },
  { requiredKeys: ["observed_throughput_tok_s"] },
);

const OF_ONE_PROTOCOL: Readonly<Record<string, string>> = {
  max_latency_ms: "optimize",
  observed_throughput_tok_s: "diagnose",
  observed_power_w: "diagnose",
};
const inputFor = (protocol: string, input: object): object =>
  Object.fromEntries(Object.entries(input).filter(([name]) => (OF_ONE_PROTOCOL[name] ?? protocol) === protocol));

const isQuantity = (node: object): node is Quantity => "value" in node && "low" in node && "high" in node;

/** Every way in which a report breaks the law of its numbers, with its place. */
function faultsOf(node: unknown, path = "$"): string[] {
  if (typeof node === "number") return Number.isFinite(node) ? [] : [`${path} is ${node}`];
  if (typeof node !== "object" || node === null) return [];
  const own =
    isQuantity(node) && !(node.low <= node.value && node.value <= node.high) ? [`${path} is out of order`] : [];
  return [...own, ...Object.entries(node).flatMap(([key, value]) => faultsOf(value, `${path}.${key}`))];
}

/** The measured configurations at which the linear laws are tried. */
const estimable = nearARow.filter((input) => outcomeOf("estimate", input).ok);
const monthOf = (input: object) => reportOf("estimate", input).current.monthly;

function expectScaled(actual: Quantity | null, original: Quantity | null, factor: number): void {
  expect(actual === null).toBe(original === null);
  if (!actual || !original) return;
  for (const end of ["value", "low", "high"] as const) {
    expect(Math.abs(actual[end] - original[end] * factor)).toBeLessThanOrEqual(1e-9 * Math.abs(original[end] * factor));
  }
}

describe("every number of every report", () => {
  test.each(RUNNABLE)("%s: is finite, and lies within its interval", (protocol) => {
    let answered = 0;
    fc.assert(
      fc.property(configuration, demand, (what, traffic) => {
        const outcome = outcomeOf(protocol, inputFor(protocol, { ...what, ...traffic }));
        if (outcome.ok) answered += 1;
        expect(faultsOf(outcome)).toEqual([]);
      }),
      { numRuns: 250 },
    );
    expect(answered).toBeGreaterThan(60);
  });

  test("power never exceeds what the boards may draw, on rungs that compute it", () => {
    fc.assert(
      fc.property(configuration, (input) => {
        const outcome = outcomeOf("estimate", input);
        if (!outcome.ok) return;
        const { basis, metrics, configuration: resolved } = outcome.value.current;
        const tdp = catalogue.gpuById.get(resolved.hardware_platform)?.tdp_w;
        if (basis.tier === "measured" || basis.tier === "interpolated" || !tdp || !metrics.power_w) return;
        expect(metrics.power_w.high).toBeLessThanOrEqual(tdp * resolved.num_gpus * (1 + 1e-9));
      }),
      { numRuns: 300 },
    );
  });
});

describe("arithmetic of one estimate", () => {
  const factor = fc.double({ min: 0.01, max: 100, noNaN: true });

  test("carbon is linear in the grid's intensity, cost in the price; energy knows neither", () => {
    fc.assert(
      fc.property(estimable, fc.double({ min: 0.001, max: 0.1, noNaN: true }), factor, (input, price, k) => {
        const at = (scaled: number) =>
          monthOf({ ...input, electricity_usd_per_kwh: price * scaled, grid_gco2_per_kwh: 10 * price * scaled });
        const [one, many] = [at(1), at(k)];
        expect(many.energy_kwh).toEqual(one.energy_kwh);
        expectScaled(many.cost_usd, one.cost_usd, k);
        expectScaled(many.carbon_kgco2e, one.carbon_kgco2e, k);
      }),
      { numRuns: 60 },
    );
  });

  test("a month is linear in its requests", () => {
    fc.assert(
      fc.property(estimable, fc.integer({ min: 1, max: 1e9 }), factor, (input, requests, k) => {
        const [one, many] = [requests, requests * k].map((n) => monthOf({ ...input, requests_per_month: n }));
        expectScaled(many?.energy_kwh ?? null, one?.energy_kwh ?? null, k);
        expectScaled(many?.gpu_hours ?? null, one?.gpu_hours ?? null, k);
      }),
      { numRuns: 60 },
    );
  });

  test("energy is linear in PUE, the GPU hours know nothing of it", () => {
    fc.assert(
      fc.property(estimable, fc.double({ min: 1, max: 3, noNaN: true }), (input, pue) => {
        const [bare, housed] = [monthOf({ ...input, pue: 1 }), monthOf({ ...input, pue })];
        expectScaled(housed.energy_kwh, bare.energy_kwh, pue);
        expect(housed.gpu_hours).toEqual(bare.gpu_hours);
      }),
      { numRuns: 60 },
    );
  });

  test("latency, tokens per joule, energy per request and the month follow from two numbers", () => {
    fc.assert(
      fc.property(estimable, (input) => {
        const {
          metrics,
          monthly,
          configuration: c,
        } = reportOf("estimate", { ...input, requests_per_month: 1000, pue: 1.2 }).current;
        const perKilotoken = metrics.energy_j_per_1k_tokens.value;
        expect(metrics.tokens_per_j.value * perKilotoken).toBeCloseTo(1000, 6);
        expect(metrics.energy_j_per_request.value / perKilotoken).toBeCloseTo(c.generation_length / 1000, 9);
        expect(monthly.energy_kwh.value / ((metrics.energy_j_per_request.value * 1000 * 1.2) / 3.6e6)).toBeCloseTo(
          1,
          9,
        );
        expect(metrics.throughput_tok_s === null).toBe(metrics.latency_ms_per_request === null);
        if (!metrics.throughput_tok_s || !metrics.latency_ms_per_request) return;
        const tokens = metrics.latency_ms_per_request.value * metrics.throughput_tok_s.value;
        expect(tokens / (1000 * c.batch_size * c.generation_length)).toBeCloseTo(1, 9);
      }),
      { numRuns: 100 },
    );
  });
});

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

describe("an always-on fleet", () => {
  const fleet = fc.tuple(estimable, fc.integer({ min: 1, max: 20 }), fc.double({ min: 1, max: 1e7, noNaN: true }));

  test("runs all month, on its own boards or on those that its traffic needs, none beyond its power by more than an estimate's error", () => {
    fc.assert(
      fc.property(fleet, ([input, replicas, requests_per_month]) => {
        const report = reportOf("estimate", { ...input, replicas, requests_per_month, pue: 1 });
        const { configuration: c, monthly } = report.current;
        const hours = monthly.gpu_hours?.value ?? 0;
        expect(hours % (730 * c.num_gpus)).toBe(0);
        expect(hours > replicas * c.num_gpus * 730).toBe(
          report.current.basis.notes.some((note) => note.includes("are needed")),
        );
        const tdp = catalogue.gpuById.get(c.hardware_platform)?.tdp_w ?? Number.POSITIVE_INFINITY;
        expect(monthly.energy_kwh.value).toBeGreaterThan(0);
        expect(monthly.energy_kwh.value).toBeLessThanOrEqual(((tdp * hours) / 1000) * 1.25);
      }),
      { numRuns: 150 },
    );
  });

  test("twice the replicas for the same traffic never use less", () => {
    fc.assert(
      fc.property(fleet, ([input, replicas, requests_per_month]) => {
        const kwh = (n: number) =>
          reportOf("estimate", { ...input, replicas: n, requests_per_month }).current.monthly.energy_kwh.value;
        expect(kwh(2 * replicas)).toBeGreaterThanOrEqual(kwh(replicas) * 0.98);
      }),
      { numRuns: 150 },
    );
  });
});

describe("input of any shape", () => {
  const field = fc.oneof(
    fc.constantFrom("model_id", "hardware_platform", "quantization", "batch_size", "region", "precision", "replicas"),
    fc.constantFrom("__proto__", "constructor", "toString", ""),
    fc.string({ maxLength: 30 }),
  );
  const anything = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.stringMatching(/^[-A-Za-z0-9_./ ]{0,40}[0-9]{1,4}(\.[0-9]{1,3})?[bBmMx]$/),
    fc.double(),
    fc.integer(),
    fc.constantFrom(null, true, [], {}, [[]], { value: 1 }),
    fc.anything({ maxDepth: 3 }),
  );
  const hostile = fc.oneof(
    fc.array(fc.tuple(field, anything), { maxLength: 6 }).map((pairs) => Object.fromEntries(pairs)),
    fc.tuple(nearARow, field, anything).map(([input, name, value]) => ({ ...input, [name]: value })),
    anything,
  );

  test("is answered or refused with what, where and what was received: never thrown", () => {
    fc.assert(
      fc.property(fc.constantFrom(...RUNNABLE), hostile, (protocol, input) => {
        const outcome = outcomeOf(protocol, input);
        expect(faultsOf(outcome)).toEqual([]);
        if (outcome.ok) return;
        const { type, status, detail, errors, missing, alternatives } = outcome.problem;
        expect(status).toBe(type === "malformed" ? 400 : 422);
        expect(detail.length).toBeGreaterThan(0);
        expect(errors.length > 0 || missing !== undefined || alternatives !== undefined).toBe(true);
        for (const { parameter, message, received } of errors) {
          expect(parameter.length).toBeLessThanOrEqual(64);
          expect(message.length).toBeGreaterThan(0);
          expect(received.length).toBeLessThanOrEqual(64);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("the same request has the same answer", () => {
    fc.assert(
      fc.property(configuration, (input) => {
        expect(outcomeOf("estimate", input)).toEqual(outcomeOf("estimate", input));
      }),
      { numRuns: 30 },
    );
  });
});

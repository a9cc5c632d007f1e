// What must hold for every answer, whatever is asked: tried with random requests on the real evidence.
import type { Quantity } from "@ecocompute/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configuration, estimable, nearARow } from "./support/arbitrary-requests.ts";
import { catalogue, outcomeOf, RUNNABLE, reportOf } from "./support/run-protocol.ts";

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

// A9: what must hold between answers, asked over HTTP with random questions near the evidence.
import { resolveRequest, type Workload } from "@ecocompute/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { energyRatio } from "../packages/engine/src/evidence/ratio.ts";
import { configuration, estimable, nearARow } from "./support/arbitrary-requests.ts";
import { ask, service } from "./support/ask-edge.ts";

interface Quantity {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
const ENDS = ["value", "low", "high"] as const;

/** The body of a 200, or a failure that shows the refusal. */
async function body(protocol: string, question: object) {
  const response = await ask(protocol, question);
  const answer = await response.json();
  if (response.status !== 200) throw new Error(`${protocol} refused: ${JSON.stringify(answer)}`);
  return answer;
}
const month = async (question: object) => (await body("estimate", question)).current.monthly;

const near = (actual: number, expected: number): boolean => Math.abs(actual - expected) <= 1e-9 * Math.abs(expected);
function expectScaled(actual: Quantity, original: Quantity, factor: number): void {
  for (const end of ENDS) expect(near(actual[end], original[end] * factor), end).toBe(true);
}

describe("A9 laws of an estimate", () => {
  const rate = fc.double({ min: 0.01, max: 1.9, noNaN: true });

  test("carbon is energy × PUE × intensity, at both ends too", async () => {
    await fc.assert(
      fc.asyncProperty(estimable, fc.double({ min: 1, max: 3, noNaN: true }), rate, async (question, pue, kg) => {
        const bare = await month({ ...question, pue: 1 });
        const housed = await month({ ...question, pue, grid_gco2_per_kwh: kg * 1000 });
        expectScaled(housed.energy_kwh, bare.energy_kwh, pue);
        expectScaled(housed.carbon_kgco2e, bare.energy_kwh, pue * kg);
      }),
      { numRuns: 40 },
    );
  });

  test("cost is linear in the price and in the tokens", async () => {
    await fc.assert(
      fc.asyncProperty(estimable, rate, rate, fc.integer({ min: 1, max: 1_000_000 }), async (question, a, b, n) => {
        const at = (electricity_usd_per_kwh: number, requests_per_month: number) =>
          month({ ...question, electricity_usd_per_kwh, requests_per_month });
        const one = await at(a, n);
        expectScaled((await at(b, n)).cost_usd, one.cost_usd, b / a);
        expectScaled((await at(a, 7 * n)).cost_usd, one.cost_usd, 7);
        expectScaled(one.cost_usd, one.energy_kwh, a);
      }),
      { numRuns: 30 },
    );
  });
});

/** Every quantity of an answer, with its name. */
function* quantities(node: unknown, name = ""): Generator<readonly [name: string, quantity: Quantity]> {
  if (typeof node !== "object" || node === null) return;
  if ("value" in node && "low" in node && "high" in node) {
    yield [name, node as Quantity];
    return;
  }
  for (const [key, value] of Object.entries(node)) yield* quantities(value, Array.isArray(node) ? name : key);
}

describe("A9 every answer", () => {
  test.each(["estimate", "optimize", "compare"])("%s: low ≤ value ≤ high, and energy above zero", async (protocol) => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(configuration, async (question) => {
        const response = await ask(protocol, question);
        if (response.status !== 200) return;
        for (const [name, { value, low, high }] of quantities(await response.json())) {
          seen += 1;
          expect(low <= value && value <= high, `${name}: ${low} ${value} ${high}`).toBe(true);
          if (name.startsWith("energy_j_per")) expect(low, name).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
    expect(seen).toBeGreaterThan(300);
  });
});

describe("A9 COMPARE", () => {
  const PRECISIONS = ["fp16", "bf16", "nf4", "int8_default", "int8_pure", "fp8"] as const;

  test("a against b is the negative of b against a, in log, its interval turned round", () => {
    const { catalogue } = service;
    let told = 0;
    const workload = (question: object): Workload | null => {
      const outcome = resolveRequest(question, catalogue);
      return outcome.ok ? outcome.value.workload : null;
    };
    fc.assert(
      fc.property(
        nearARow,
        fc.constantFrom(...PRECISIONS),
        fc.constantFrom(...PRECISIONS),
        fc.constantFrom(1, 2, 8),
        (question, first, second, times) => {
          const a = workload({ ...question, quantization: first });
          const b = workload({ ...question, quantization: second, batch_size: question.batch_size * times });
          const there = a && b && energyRatio(a, b, catalogue);
          const back = a && b && energyRatio(b, a, catalogue);
          expect(there === null).toBe(back === null);
          if (!there || !back) return;
          told += 1;
          expect(Math.log(there.ratio.value)).toBeCloseTo(-Math.log(back.ratio.value), 9);
          expect(Math.log(there.ratio.low)).toBeCloseTo(-Math.log(back.ratio.high), 9);
          expect(there.separable).toBe(back.separable);
          expect(there.probability_less_energy).toBeCloseTo(1 - back.probability_less_energy, 9);
        },
      ),
      { numRuns: 300 },
    );
    expect(told).toBeGreaterThan(100);
  });

  test("ranks follow the differences that it shows, and its winner's against are their counterpart", async () => {
    let pairs = 0;
    await fc.assert(
      fc.asyncProperty(nearARow, async (question) => {
        const response = await ask("compare", question);
        if (response.status !== 200) return;
        const { columns, recommendation } = await response.json();
        const [base] = columns;
        if (base.rank === null) return;
        const known = columns
          .filter((column: { rank: number | null }) => column.rank !== null)
          .toSorted((a: { rank: number }, b: { rank: number }) => a.rank - b.rank);
        const percents: number[] = known.map(
          (column: { delta_energy_percent: Quantity | null }) => column.delta_energy_percent?.value ?? 0,
        );
        for (const [i, percent] of percents.entries()) {
          expect(percent).toBeGreaterThanOrEqual((percents[i - 1] ?? percent) - 1e-9);
        }
        const [winner] = known;
        const against = recommendation.against.find(
          (one: { quantization: string }) => one.quantization === base.quantization,
        );
        if (!against || !winner.delta_energy_percent) return;
        pairs += 1;
        expect(against.energy_percent.value).toBeCloseTo(winner.delta_energy_percent.value, 6);
      }),
      { numRuns: 60 },
    );
    expect(pairs).toBeGreaterThan(10);
  });
});

describe("A9 OPTIMIZE", () => {
  const limits = fc.record({
    max_latency_ms: fc.option(fc.double({ min: 5000, max: 2e5, noNaN: true }), { nil: undefined }),
    max_vram_gb: fc.option(fc.double({ min: 10, max: 400, noNaN: true }), { nil: undefined }),
  });
  const given = (budgets: object) => Object.fromEntries(Object.entries(budgets).filter(([, b]) => b !== undefined));
  const figures = ({ metrics }: { metrics: Record<string, Quantity | null> }) => ({
    energy: metrics.energy_j_per_1k_tokens?.value ?? Number.NaN,
    latency: metrics.latency_ms_per_request?.value ?? Number.POSITIVE_INFINITY,
    vram: metrics.vram_gb?.value ?? Number.POSITIVE_INFINITY,
  });

  /** Two estimates that contradicted one session's ratio; a budget that the row's own lengths break and the asked ones do not. */
  type Asked = typeof estimable extends fc.Arbitrary<infer T> ? T : never;
  const ONCE_WRONG: [Asked, { max_latency_ms: number; max_vram_gb: undefined }][] = [
    [
      {
        model_id: "Qwen/Qwen2.5-14B",
        hardware_platform: "a800",
        quantization: "fp16",
        framework: "transformers",
        num_gpus: 1,
        batch_size: 1,
        sequence_length: 434,
        generation_length: 33,
      },
      { max_latency_ms: 5000, max_vram_gb: undefined },
    ],
    [
      {
        model_id: "meta-llama/Llama-3.1-405B-Instruct",
        hardware_platform: "b200",
        quantization: "bf16",
        framework: "vllm",
        num_gpus: 8,
        batch_size: 32,
        sequence_length: 128,
        generation_length: 142,
      },
      { max_latency_ms: 10_079, max_vram_gb: undefined },
    ],
  ];

  test("what it recommends is within the budgets and is not dominated by anything that it shows; a larger budget is never worse", async () => {
    let recommended = 0;
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(estimable, limits, async (asked, budgets) => {
        const tight = await body("optimize", { ...asked, ...given(budgets) });
        const wider = Object.fromEntries(Object.entries(given(budgets)).map(([name, x]) => [name, Number(x) * 1.5]));
        const loose = await body("optimize", { ...asked, ...wider });
        if (!tight.recommended) return;
        recommended += 1;
        const best = figures(tight.recommended);
        // Held at the asked lengths: where the row's own say otherwise, the answer tells.
        const told = tight.warnings.some(({ code }: { code: string }) => code === "budgets-at-asked-lengths");
        expect(best.latency <= (budgets.max_latency_ms ?? Number.POSITIVE_INFINITY) || told).toBe(true);
        expect(best.vram).toBeLessThanOrEqual(budgets.max_vram_gb ?? Number.POSITIVE_INFINITY);
        for (const other of [...tight.pareto_front, ...tight.alternatives]) {
          // A difference that cannot be told apart is none.
          if (!other.separable || other.energy_percent.value <= 0) continue;
          expect(figures(other).latency, JSON.stringify(other.configuration)).toBeGreaterThan(best.latency);
        }
        expect(loose.recommended).not.toBeNull();
        // The search's own objective is held in laws-search; here, what the answer tells of the one against the other.
        const before = tight.recommended.configuration;
        const same = (one: { configuration: { quantization: string; batch_size: number } }) =>
          one.configuration.quantization === before.quantization && one.configuration.batch_size === before.batch_size;
        const listed = [...loose.pareto_front, ...loose.alternatives].find(same);
        if (!listed) return;
        compared += 1;
        expect(listed.energy_percent.value <= 1e-3 || !listed.separable).toBe(true);
      }),
      { numRuns: 80, examples: ONCE_WRONG },
    );
    expect(recommended).toBeGreaterThan(25);
    expect(compared).toBeGreaterThan(10);
  }, 60_000);
});

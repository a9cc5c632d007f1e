// A11: what each protocol gives back, beyond its numbers.
import { describe, expect, test } from "vitest";
import { ask, INT8_CODE, post } from "./support/ask-edge.ts";
import { ISSUE, LLAMA, MISTRAL } from "./support/questions.ts";

const body = async (protocol: string, question: object) => (await ask(protocol, question)).json();

describe("A11 DIAGNOSE", () => {
  const SLOW = { model_id: MISTRAL, hardware_platform: "rtx4090d", quantization: "int8_default" };

  test("says at which percentile of what is expected an observation lies", async () => {
    const at = async (observed_throughput_tok_s: number) =>
      (await body("diagnose", { ...SLOW, observed_throughput_tok_s })).expected_percentile;
    const { expected } = await body("diagnose", { ...SLOW, observed_throughput_tok_s: 8 });
    const { value, low, high } = expected.metrics.throughput_tok_s;
    expect(await at(value)).toEqual({ throughput: 50, energy: null, power: null });
    expect((await at(low)).throughput).toBeCloseTo(5, 0);
    expect((await at(high)).throughput).toBeCloseTo(95, 0);
    const all = await body("diagnose", { ...SLOW, observed_throughput_tok_s: 7.9, observed_power_w: 76 });
    for (const place of Object.values(all.expected_percentile)) expect(place).toBeGreaterThan(40);
  });

  test("ranks its fixes, each with the rows behind it, and says how to verify the first: power, throughput and energy", async () => {
    const { fixes, measurement_evidence, verification } = await body("diagnose", {
      ...SLOW,
      observed_throughput_tok_s: 7.9,
    });
    const saved = fixes.map(({ expected }: { expected: string }) => Number(/^−([\d.]+) % energy/.exec(expected)?.[1]));
    expect(saved.length).toBeGreaterThan(1);
    expect(saved).toEqual(saved.toSorted((a: number, b: number) => b - a));
    for (const { expected, code } of fixes) {
      expect(expected).toMatch(/eco-rtx4090d-\d{4}-\d{4} against eco-rtx4090d-\d{4}-\d{4}/);
      expect(code.length).toBeGreaterThan(10);
    }
    expect(measurement_evidence.length).toBeGreaterThan(1);
    expect(verification[0]).toContain("nvidia-smi dmon");
    // The kit's command is of what runs after the fix.
    expect(verification[1]).toMatch(/: `python measure\/measure\.py .*--quantization nf4 --batch 1 /);
  });
});

describe("A11 ESTIMATE", () => {
  test("kWh, $ and kg, with electricity and rent apart", async () => {
    const { monthly } = (await body("estimate", { ...ISSUE, gpu_hour_usd: 2 })).current;
    expect(monthly.rental_usd.value).toBeCloseTo(2 * monthly.gpu_hours.value, 6);
    expect(monthly.cost_usd.value).toBeCloseTo(0.12 * monthly.energy_kwh.value, 6);
    expect((await body("estimate", ISSUE)).current.monthly.rental_usd).toBeUndefined();
  });
});

describe("A11 OPTIMIZE", () => {
  const question = { model_id: LLAMA, hardware_platform: "h100", framework: "vllm" };

  test("gives the front, from the least energy to the least latency, and the budget that binds", async () => {
    const free = await body("optimize", question);
    expect(free.binding_constraint).toBeNull();
    const latency = free.recommended.metrics.latency_ms_per_request.value;
    const bound = await body("optimize", { ...question, max_latency_ms: latency * 0.7 });
    expect(bound.binding_constraint).toMatchObject({ budget: "max_latency_ms", limit: latency * 0.7 });
    expect(bound.closest_infeasible).toBeNull();
    const figures = bound.pareto_front.map(
      ({ metrics }: { metrics: Record<string, { value: number }> }) => metrics.latency_ms_per_request?.value,
    );
    expect(figures.length).toBeGreaterThan(2);
    expect(figures).toEqual(figures.toSorted((a: number, b: number) => b - a));
  });

  test("where nothing fits: the closest, and by which budgets it fails", async () => {
    const { recommended, closest_infeasible } = await body("optimize", { ...question, max_latency_ms: 10 });
    expect(recommended).toBeNull();
    expect(closest_infeasible.violates).toMatchObject([{ budget: "max_latency_ms", limit: 10 }]);
    expect(closest_infeasible.violates[0].value).toBeGreaterThan(10);
  });
});

describe("A11 AUDIT", () => {
  test("a finding has line, rule, evidence, interval and fix; code is read, not run", async () => {
    const code = `${INT8_CODE}raise SystemExit("never run")\n`;
    const { findings } = await (await post("audit", { files: [{ path: "serve.py", content: code }] })).json();
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule: "int8-default",
        path: "serve.py",
        line: 2,
        impact_percent: { low: expect.any(Number), high: expect.any(Number) },
        evidence: expect.arrayContaining([expect.stringMatching(/-\d{4}$/)]),
        fix: expect.objectContaining({ description: expect.stringContaining("llm_int8_threshold=0.0") }),
      }),
    );
  });
});

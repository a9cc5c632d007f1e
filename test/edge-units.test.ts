// A6: every quantity carries its unit, and the units agree: a factor of a thousand anywhere does not pass.
import { afterEach, describe, expect, test, vi } from "vitest";
import { query, service } from "./support/ask-edge.ts";
import { ISSUE, LLAMA, MISTRAL } from "./support/questions.ts";

const UNITS = "../packages/engine/src/domain/units.ts";

interface Quantity {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
type Answers = (path: string) => Promise<ReturnType<typeof JSON.parse>>;

/** A service of modules loaded anew, so that a test may put other units under it. */
async function freshService(): Promise<Answers> {
  const { createApp } = await import("../packages/edge/src/app.ts");
  const { realService } = await import("./support/edge-service.ts");
  const app = createApp(realService());
  return async (path) => (await app.request(path)).json();
}

const FLEET = { replicas: 2, requests_per_day: 50_000, gpu_hour_usd: 2 };
const QUESTIONS = [
  `estimate?${query(ISSUE)}`,
  `estimate?${query({ model_id: LLAMA, hardware_platform: "h100", framework: "vllm", quantization: "bf16", batch_size: 64, ...FLEET })}`,
  `estimate?${query({ model_id: LLAMA, hardware_platform: "h100", framework: "vllm", quantization: "bf16", batch_size: 64, ...FLEET, requests_per_day: 1 })}`,
  `optimize?${query({ model_id: MISTRAL, hardware_platform: "a800", replicas: 1 })}`,
  `compare?${query({ model_id: MISTRAL, hardware_platform: "rtx4090d", gpu_hour_usd: 2 })}`,
  `diagnose?${query({ ...ISSUE, observed_power_w: 170, observed_throughput_tok_s: 140 })}`,
];

/** Every quantity of an answer, with its name. */
function* quantities(node: unknown, name = ""): Generator<readonly [name: string, quantity: Quantity]> {
  if (typeof node !== "object" || node === null) return;
  if ("value" in node && "low" in node && "high" in node) yield [name, node as Quantity];
  else for (const [key, value] of Object.entries(node)) yield* quantities(value, Array.isArray(node) ? name : key);
}
/** Every body with a basis: what one configuration uses. */
function* candidates(node: unknown): Generator<ReturnType<typeof JSON.parse>> {
  if (typeof node !== "object" || node === null) return;
  if ("metrics" in node && "monthly" in node && node.metrics) yield node;
  for (const value of Object.values(node)) yield* candidates(value);
}

const UNIT =
  /(^|_)(tok_s|ms_per_request|j_per_1k_tokens|j_per_request|tokens_per_j|w|percent|gb|kwh|usd|usd_month|kgco2e|gpu_hours)$/;

type Law = readonly [name: string, actual: number | undefined, expected: number];

const pricesOf = (monthly: ReturnType<typeof JSON.parse>, c: ReturnType<typeof JSON.parse>): readonly Law[] => [
  ["g of carbon", monthly.carbon_kgco2e?.value * 1000, monthly.energy_kwh.value * c.grid_gco2_per_kwh],
  ["cost", monthly.cost_usd?.value, monthly.energy_kwh.value * c.electricity_usd_per_kwh],
];

/** What the numbers of one candidate say of each other, by arithmetic of this test's own. */
function lawsOf({ metrics, monthly, configuration: c }: ReturnType<typeof JSON.parse>): readonly Law[] {
  const jPerToken = metrics.energy_j_per_1k_tokens.value / 1000;
  const kwhPerMillionTokens = (jPerToken * 1_000_000) / (1000 * 3600);
  const tokens = c.requests_per_month * c.generation_length;
  const throughput = metrics.throughput_tok_s?.value;
  // A point of OPTIMIZE's front gives the month's energy alone.
  const isPriced = monthly.carbon_kgco2e !== undefined;
  const laws: Law[] = [
    ["tokens per J", metrics.tokens_per_j.value, 1 / jPerToken],
    ["J per request", metrics.energy_j_per_request.value, jPerToken * c.generation_length],
    ...(isPriced ? pricesOf(monthly, c) : []),
  ];
  // A fleet idles, and its concurrency follows its traffic.
  if (c.replicas !== null) return laws;
  return [
    ...laws,
    ["kWh a month", monthly.energy_kwh.value, (kwhPerMillionTokens * tokens * c.pue) / 1_000_000],
    ["GPU hours", monthly.gpu_hours?.value, (tokens * c.num_gpus) / throughput / 3600],
    ["latency", metrics.latency_ms_per_request?.value, ((c.batch_size * c.generation_length) / throughput) * 1000],
  ];
}

const wattsOfBoard = ({ current: { monthly, configuration: c } }: ReturnType<typeof JSON.parse>): number =>
  (monthly.energy_kwh.value * 1000) / c.pue / monthly.gpu_hours.value;

const holds = ([, actual, expected]: Law): boolean => actual !== undefined && Math.abs(actual / expected - 1) < 1e-9;

/** Everything that is wrong with the units of these answers. */
async function faultsOf(ask: Answers): Promise<string[]> {
  const faults: string[] = [];
  for (const question of QUESTIONS) {
    const answer = await ask(`/v1/${question}`);
    if (answer.status !== undefined) return [`${question}: ${answer.detail}`];
    for (const [name] of quantities(answer)) if (!UNIT.test(name)) faults.push(`${name} names no unit`);
    for (const candidate of candidates(answer)) {
      const configuration = { ...answer.configuration, ...candidate.configuration };
      const broken = lawsOf({ ...candidate, configuration }).filter((law) => !holds(law));
      faults.push(...broken.map(([law, actual, expected]) => `${question}: ${law}: ${actual}, not ${expected}`));
    }
  }
  const measured = await ask(`/v1/${QUESTIONS[0]}`);
  const { measurement, hardware } = await ask(`/v1/evidence/${measured.current.basis.evidence[0]}`);
  const { metrics } = measured.current;
  const shown = metrics.energy_j_per_1k_tokens.value / 1000 / measurement.energy_j_per_token;
  if (Math.abs(shown - 1) > 0.005) faults.push("J per token of the row");
  if (!(metrics.vram_gb.value > 7 && metrics.vram_gb.value < hardware.vram_gb))
    faults.push("GB of a model of 7B in INT8");
  const fleet = await ask(`/v1/${QUESTIONS[1]}`);
  const { monthly, configuration: c } = fleet.current;
  if (Math.abs(monthly.requests / FLEET.requests_per_day - 30.4) > 1e-9) faults.push("days of a month");
  if (Math.abs(monthly.gpu_hours.value / (FLEET.replicas * c.num_gpus) - 730) > 1e-9) faults.push("hours of a month");
  // Two H100 draw between 100 W and 700 W each, all month.
  const watts = wattsOfBoard(fleet);
  if (!(watts > 100 && watts < 700)) faults.push(`${watts} W of a board`);
  // One that waits for its one request a day draws less, but not nothing.
  const waiting = wattsOfBoard(await ask(`/v1/${QUESTIONS[2]}`));
  if (!(waiting > 30 && waiting < watts)) faults.push(`${waiting} W of a waiting board`);
  return faults;
}

describe("A6 units", () => {
  afterEach(() => {
    vi.doUnmock(UNITS);
    vi.resetModules();
  });

  test("names carry them, and J/token, J/1k, kWh/Mtok, g and hours agree", async () => {
    expect(await faultsOf(await freshService())).toEqual([]);
  });

  test("a body carries tier, interval and evidence ids beside its numbers", async () => {
    const ask = await freshService();
    for (const question of QUESTIONS) {
      for (const { basis } of candidates(await ask(`/v1/${question}`))) {
        expect(basis).toMatchObject({ tier: expect.any(String), confidence: expect.any(String) });
        for (const id of basis.evidence) expect(service.catalogue.measurementById.has(id), id).toBe(true);
      }
    }
  });

  test.each([
    ["J_PER_KWH", "kWh a month"],
    ["G_PER_KG", "g of carbon"],
    ["SECONDS_PER_HOUR", "GPU hours"],
    ["HOURS_PER_MONTH", "hours of a month"],
    ["DAYS_PER_MONTH", "days of a month"],
    ["W_PER_KW", "W of a waiting board"],
    ["BYTES_PER_GB", "GB of a model"],
    ["MS_PER_S", "latency"],
    ["TOKENS_PER_KILOTOKEN", "J per token of the row"],
  ])("%s times 1,000 is found by its law: %s", async (name, law) => {
    vi.resetModules();
    vi.doMock(UNITS, async (original) => {
      const units = await original<Record<string, number>>();
      expect(units[name]).toBeGreaterThan(0);
      return { ...units, [name]: (units[name] ?? Number.NaN) * 1000 };
    });
    expect((await faultsOf(await freshService())).join("; ")).toContain(law);
  });

  test("each of the engine's units is tried", async () => {
    const units = await vi.importActual<Record<string, number>>(UNITS);
    expect(Object.keys(units)).toHaveLength(9);
  });
});

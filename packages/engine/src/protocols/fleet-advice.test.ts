import { describe, expect, test } from "vitest";
import { catalogueOf, gpu, row } from "../evidence/fixture-catalogue.test-data.ts";
import { optimizeProtocol } from "./optimize.ts";

// One replica makes 10 tok/s alone and 40 tok/s at 16 at once: 256 tokens a request, 102,656 requests a month at 10.
const catalogue = catalogueOf({
  measurements: [1, 4, 16].map((batch_size) =>
    row({
      id: `batch-${batch_size}`,
      framework: "vllm",
      batch_size,
      throughput_tok_s: 10 * Math.sqrt(batch_size),
      energy_j_per_token: 10 / Math.sqrt(batch_size),
    }),
  ),
});
const PER_TOKEN_RATE = (730 * 3600) / 256;
const optimize = (request: object) => {
  const outcome = optimizeProtocol.run(
    { model_id: "toy/Seven-7B", hardware_platform: "card", framework: "vllm", pue: 1, ...request },
    { catalogue, python: null },
  );
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
  return outcome.value;
};
const traffic = (tokensPerSecond: number) => ({ requests_per_month: tokensPerSecond * PER_TOKEN_RATE });

describe("what a traffic deserves", () => {
  test("is not asked where no traffic was given", () => {
    expect(optimize({}).fleet).toBeNull();
    expect(optimize({ requests_per_month: 0 }).fleet).toBeNull();
    expect(optimize({ replicas: 2 }).fleet).not.toBeNull();
  });

  test("as few replicas as leave room: one up to 32 tok/s, then two", () => {
    expect(optimize(traffic(31)).fleet?.recommended).toMatchObject({ replicas: 1, max_num_seqs: 16 });
    const { fleet } = optimize(traffic(33));
    expect(fleet?.recommended.replicas).toBe(2);
    expect(fleet?.recommended.utilization).toBeCloseTo(33 / 80, 6);
    expect(fleet?.recommended.configuration.replicas).toBe(2);
  });

  test("the largest bound that costs nothing, and the one from which on nothing is gained", () => {
    const { fleet } = optimize(traffic(1));
    expect(fleet?.recommended.max_num_seqs).toBe(16);
    expect(fleet?.max_num_seqs_sufficient).toBeLessThan(16);
    expect(optimize(traffic(31)).fleet?.max_num_seqs_sufficient).toBe(16);
  });

  test("beside the fleet of the request, which it is decided against", () => {
    const { fleet, recommended } = optimize({ ...traffic(5), replicas: 4, batch_size: 16 });
    expect(recommended?.configuration.replicas).toBe(4);
    expect(fleet?.given).toMatchObject({ replicas: 4, max_num_seqs: 16, separable: true });
    expect(fleet?.given?.energy_percent.value).toBeLessThan(-30);
    const ratio =
      (fleet?.recommended.monthly.energy_kwh.value ?? 0) / (fleet?.given?.monthly.energy_kwh.value ?? Number.NaN);
    expect(fleet?.given?.energy_percent.value).toBeCloseTo(100 * (ratio - 1), 6);
  });

  test("within the latency budget: smaller batches on more replicas", () => {
    const free = optimize(traffic(60)).fleet?.recommended;
    // Alone a request takes 25.6 s, at four at once 51.2 s.
    const { fleet } = optimize({ ...traffic(60), max_latency_ms: 60_000 });
    expect(fleet?.recommended.replicas).toBeGreaterThan(free?.replicas ?? Number.NaN);
    expect(fleet?.recommended.metrics.latency_ms_per_request?.value).toBeLessThanOrEqual(60_000);
  });

  test("the fullest replica that leaves room costs a request the least", () => {
    // Two and three replicas are just as full at twice and three times the traffic.
    expect(optimize(traffic(5)).fleet?.least_energy).toMatchObject({
      utilization: expect.closeTo(0.8, 6),
      replicas: 1,
    });
  });
});

describe("a fleet with hardly any room", () => {
  const codes = (request: object) => optimize(request).warnings.map(({ code }) => code);

  test("is warned of its tail above 80 %, once it is full of its overload", () => {
    expect(codes({ ...traffic(31), replicas: 1 })).not.toContain("tail-latency");
    expect(codes({ ...traffic(33), replicas: 1 })).toContain("tail-latency");
    expect(codes({ ...traffic(41), replicas: 1 })).toContain("overloaded");
    expect(codes({ ...traffic(41), replicas: 1 })).not.toContain("tail-latency");
    const { warnings } = optimize({ ...traffic(33), replicas: 1 });
    expect(warnings.find(({ code }) => code === "tail-latency")?.message).toContain("2 replicas keep it below");
  });
});

test("a card whose given replicas cannot serve the traffic comes after one whose can, though it uses less", () => {
  const on = (gpu: string, throughput_tok_s: number, energy_j_per_token: number) =>
    row({ id: gpu, gpu, framework: "vllm", throughput_tok_s, energy_j_per_token });
  const two = catalogueOf({
    gpus: [gpu({ id: "thrifty" }), gpu({ id: "fast" })],
    measurements: [on("thrifty", 10, 5), on("fast", 40, 8)],
  });
  const ask = (replicas: number) => {
    const lists = { search_gpus: ["thrifty", "fast"], search_batch_sizes: [1] };
    const outcome = optimizeProtocol.run(
      { model_id: "toy/Seven-7B", framework: "vllm", ...lists, ...traffic(20), replicas },
      { catalogue: two, python: null },
    );
    return outcome.ok ? outcome.value.recommended?.configuration.hardware_platform : outcome.problem.detail;
  };
  expect([1, 3].map(ask)).toEqual(["fast", "thrifty"]);
});

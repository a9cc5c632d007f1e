// The Worker as `npm start` serves it: wrangler dev, real HTTP, the real catalogue.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningWorker, startWorker } from "./support/worker.ts";

let worker: RunningWorker;
let base = "";
beforeAll(async () => {
  worker = await startWorker();
  base = worker.base;
});
afterAll(() => worker.stop());

const get = async (path: string) => {
  const response = await fetch(base + path);
  return { status: response.status, headers: response.headers, body: await response.json() };
};
const post = async (path: string, body: object) => {
  const headers = { "content-type": "application/json" };
  const response = await fetch(base + path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
};

const MISTRAL = "model_id=mistralai/Mistral-7B-Instruct-v0.2";
const A800 = `${MISTRAL}&hardware_platform=a800&quantization=int8_pure&sequence_length=256&requests_per_month=1000000`;

describe("ESTIMATE", () => {
  test("a measured row: its energy, its month, and a configuration that beats it", async () => {
    const { status, body } = await get(`/v1/estimate?${A800}&batch_size=8`);
    expect(status).toBe(200);
    const { metrics, monthly, basis } = body.current;
    expect(basis).toMatchObject({ tier: "measured", confidence: "high", convention: "gross" });
    expect(metrics.energy_j_per_1k_tokens.value).toBeCloseTo(1108, -1);
    expect(monthly.energy_kwh.value).toBeCloseTo(86.7, 0);
    expect(monthly.cost_usd.value).toBeCloseTo(10.4, 1);
    expect(monthly.carbon_kgco2e.value).toBeCloseTo(33.8, 0);
    for (const { value, low, high } of [metrics.energy_j_per_1k_tokens, monthly.energy_kwh, monthly.cost_usd]) {
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
    expect(body.optimized.monthly.energy_kwh.value).toBeLessThan(monthly.energy_kwh.value);
    expect(body.savings.energy_kwh.value).toBeGreaterThan(0);
    for (const id of basis.evidence) {
      const evidence = await get(`/v1/evidence/${id}`);
      expect(evidence).toMatchObject({
        status: 200,
        body: { measurement: { id }, source: { licence: expect.any(String) } },
      });
    }
    expect(basis.evidence.length).toBeGreaterThan(0);
  });

  test("a batch between two measured ones is interpolated", async () => {
    expect((await get(`/v1/estimate?${A800}&batch_size=24`)).body.current.basis.tier).toBe("interpolated");
  });

  test("vLLM on the H100", async () => {
    const { body } = await get(
      "/v1/estimate?model_id=meta-llama/Llama-3.1-8B-Instruct&hardware_platform=h100&framework=vllm&quantization=bf16&batch_size=64",
    );
    expect(body.current.basis.tier).toBe("measured");
    expect(body.current.metrics.energy_j_per_1k_tokens.value).toBeCloseTo(119, 0);
  });

  test("batch 65 is refused with the bound", async () => {
    const { status, headers, body } = await get(`/v1/estimate?${A800}&batch_size=65`);
    expect(status).toBe(422);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body.errors).toMatchObject([{ parameter: "batch_size", received: "65" }]);
    expect(body.errors[0].message).toContain("64");
  });

  test("a GPU that does not exist is refused with one that does", async () => {
    const { status, body } = await get(`/v1/estimate?${MISTRAL}&hardware_platform=rtx4090dd`);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ parameter: "hardware_platform", did_you_mean: "rtx4090d" }]);
  });

  test("a precision without evidence is unknown, with how to measure it", async () => {
    const { status, body } = await get(`/v1/estimate?${MISTRAL}&quantization=awq`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ type: "/problems/unknown", missing: expect.any(String) });
    expect(body.how_to_measure.length).toBeGreaterThan(40);
  });

  test.each([
    { model_id: "mistralai/Mistral-7B-Instruct-v0.2" },
    { model_id: "Qwen/Qwen2-7B", hardware_platform: "a800", batch_size: 16, quantization: "fp16" },
    {
      model_id: "meta-llama/Llama-3-8B",
      hardware_platform: "h100",
      quantization: "int8_pure",
      batch_size: 32,
      sequence_length: 1024,
      generation_length: 512,
    },
  ])("the skill's own example $model_id is answered as it is written", async (parameters) => {
    const { status, body } = await post("/v1/estimate", parameters);
    expect(body.detail).toBeUndefined();
    expect(status).toBe(200);
  });
});

describe("COMPARE", () => {
  test("Mistral-7B on the RTX 4090D: NF4 first, default INT8 last, pure INT8 against FP16 said either way", async () => {
    const { status, body } = await get(`/v1/compare?${MISTRAL}&hardware_platform=rtx4090d`);
    expect(status).toBe(200);
    const ranked = body.columns
      .filter((column: { rank: number | null }) => column.rank !== null)
      .toSorted((a: { rank: number }, b: { rank: number }) => a.rank - b.rank)
      .map((column: { quantization: string }) => column.quantization);
    expect(ranked[0]).toBe("nf4");
    expect(ranked.at(-1)).toBe("int8_default");
    const pure = body.columns.find((column: { quantization: string }) => column.quantization === "int8_pure");
    expect(pure.delta_energy_percent.low).toBeLessThan(pure.delta_energy_percent.value);
    expect(Math.abs(pure.delta_energy_percent.value)).toBeLessThan(6);
  });
});

describe("DIAGNOSE", () => {
  const DIAGNOSE = `/v1/diagnose?${MISTRAL}&hardware_platform=rtx4090d`;

  test("7.9 tok/s under load_in_8bit is the overhead of default INT8, with the fix", async () => {
    const { status, body } = await get(`${DIAGNOSE}&quantization=int8_default&observed_throughput_tok_s=7.9`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ pattern: "int8_default_overhead", confidence: "high" });
    expect(body.fixes[0].code.length).toBeGreaterThan(10);
    expect(body.improvement.throughput.expected).toBeGreaterThan(7.9);
    expect(body.measurement_evidence.length).toBeGreaterThan(0);
  });

  test("29 tok/s at FP16 is as expected", async () => {
    const { body } = await get(`${DIAGNOSE}&quantization=fp16&observed_throughput_tok_s=29`);
    expect(body.pattern).toBeNull();
    expect(body.root_cause).toContain("as expected");
    expect(body.fixes).toEqual([]);
  });
});

describe("OPTIMIZE", () => {
  test("Qwen2-1.5B on the RTX 5090: FP16, not NF4, and a larger batch", async () => {
    const { status, body } = await get("/v1/optimize?model_id=Qwen/Qwen2-1.5B&hardware_platform=rtx5090");
    expect(status).toBe(200);
    expect(["fp16", "bf16"]).toContain(body.recommended.configuration.quantization);
    expect(body.recommended.configuration.batch_size).toBeGreaterThan(1);
    expect(JSON.stringify(body)).toContain("29.4");
  });

  test("Mistral-7B on the A800: not pure INT8; a quantized answer carries the accuracy caveat", async () => {
    const { body } = await get(`/v1/optimize?${MISTRAL}&hardware_platform=a800`);
    const { quantization } = body.recommended.configuration;
    expect(quantization).not.toBe("int8_pure");
    const caveats = body.warnings.filter((warning: { code: string }) => warning.code === "accuracy-not-assessed");
    expect(caveats).toHaveLength(["fp16", "bf16", "fp32"].includes(quantization) ? 0 : 1);
  });
});

describe("AUDIT", () => {
  const code = readFileSync(new URL("fixtures/edge/load-in-8bit.py", import.meta.url), "utf8");

  test("reads Python in the Worker and names the line", async () => {
    const { status, body } = await post("/v1/audit", { files: [{ path: "serve.py", content: code }] });
    expect(status).toBe(200);
    const line = code.split("\n").findIndex((text) => text.includes("load_in_8bit")) + 1;
    expect(body.findings).toContainEqual(
      expect.objectContaining({ rule: "int8-default", severity: "critical", path: "serve.py", line }),
    );
  });

  test("answers in Markdown", async () => {
    const headers = { "content-type": "application/json", accept: "text/markdown" };
    const response = await fetch(`${base}/v1/audit`, { method: "POST", headers, body: JSON.stringify({ code }) });
    expect(response.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    expect(await response.text()).toContain("int8-default");
  });

  test("answers again: the parser is kept", async () => {
    expect((await post("/v1/audit", { code })).status).toBe(200);
  });
});

test("the other four answer in Markdown", async () => {
  const observed = "&quantization=int8_default&observed_throughput_tok_s=7.9";
  for (const path of ["estimate", "optimize", "compare", `diagnose`]) {
    const query = `${MISTRAL}&hardware_platform=rtx4090d${path === "diagnose" ? observed : ""}`;
    const response = await fetch(`${base}/v1/${path}?${query}`, { headers: { accept: "text/markdown" } });
    expect(response.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    expect(await response.text()).toMatch(/^#/m);
  }
});

test("the lists of the catalogue are filled, and each answer stays under 64 KiB", async () => {
  for (const name of ["models", "gpus", "regions", "rules", "claims", "accuracy", "evidence?limit=40"]) {
    const response = await fetch(`${base}/v1/${name}`);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text.length).toBeLessThan(64 * 1024);
    expect(JSON.parse(text).total).toBeGreaterThan(0);
  }
});

test("the curl on the front page works", async () => {
  const page = await (await fetch(base)).text();
  const url = /curl '(http:[^']+)'/.exec(page)?.[1] ?? "";
  expect((await fetch(url)).status).toBe(200);
});

test("style, script and icon are served as assets, and an unknown one is a 404", async () => {
  for (const [path, type] of [
    ["/assets/style.css", "text/css"],
    ["/assets/page.js", "text/javascript"],
    ["/assets/icon.svg", "image/svg+xml"],
  ] as const) {
    const response = await fetch(base + path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain(type);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  }
  expect((await fetch(`${base}/assets/none.js`)).status).toBe(404);
});

test("MCP answers in the Worker", async () => {
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const body = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "compare", arguments: { model_id: "Mistral-7B" } },
  });
  const response = await fetch(`${base}/mcp`, { method: "POST", headers, body });
  expect((await response.json()).result.structuredContent.protocol).toBe("compare");
});

test("the Cron Trigger runs, and without a network it logs and leaves things as they are", async () => {
  expect((await fetch(`${base}/cdn-cgi/handler/scheduled`)).status).toBeLessThan(500);
  const { body } = await get(`/v1/estimate?${A800}&batch_size=8&region=GBR&carbon=live`);
  expect(["live", "yearly"]).toContain(body.grid.kind);
});

test("/ready asks itself a question", async () => {
  expect(await get("/ready")).toMatchObject({ status: 200, body: { status: "ready" } });
});

test("the OpenAPI document describes the five protocols", async () => {
  const { body } = await get("/openapi.json");
  for (const path of ["optimize", "diagnose", "compare", "estimate", "audit"]) {
    expect(body.paths[`/v1/${path}`].post.requestBody).toBeDefined();
  }
});

// The bounds of one request and of one answer.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MAX_ANSWER_BYTES, MAX_CONFIGURATIONS } from "../packages/edge/src/limits.ts";
import { app, ask, post, QUESTIONS, query } from "./support/ask-edge.ts";
import { LLAMA } from "./support/questions.ts";

/** The bounds that `npm run deploy` sets. */
const production = Object.fromEntries(
  [...readFileSync(new URL("../wrangler.toml", import.meta.url), "utf8").matchAll(/^(\w+_MAX_\w+) = "(\d+)"$/gm)].map(
    ([, name, value]) => [name, value],
  ),
);

describe("B5 limits", () => {
  test("17 entries of an array, 65 KiB of body, 9 KiB of URL, depth 9", async () => {
    const files = (n: number) => Array.from({ length: n }, (_, i) => ({ path: `${i}.py`, content: "x = 1" }));
    expect((await post("audit", { files: files(16) })).status).toBe(200);
    expect((await post("audit", { files: files(17) })).status).toBe(422);
    expect((await post("audit", { code: "x".repeat(66_000) })).status).toBe(413);
    expect((await ask("estimate", { model_id: "x".repeat(9000) })).status).toBe(414);
    const deep = JSON.parse(`{"a":${'{"a":'.repeat(9)}1${"}".repeat(9)}}`);
    expect((await post("estimate", deep)).status).toBe(400);
    const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "estimate", arguments: deep } };
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    expect((await app.request("/mcp", { method: "POST", headers, body: JSON.stringify(call) })).status).toBe(400);
  });

  test("no answer of a protocol is over 64 KiB, nor is a page of a list", async () => {
    const paths = [
      ...Object.entries(QUESTIONS).map(([protocol, values]) => `/v1/${protocol}?${query(values)}`),
      ...["models", "gpus", "regions", "rules", "claims", "accuracy", "evidence?limit=40"].map((name) => `/v1/${name}`),
    ];
    for (const path of paths) {
      const text = await (await app.request(path)).text();
      expect(new TextEncoder().encode(text).length, path).toBeLessThan(MAX_ANSWER_BYTES);
    }
  });
});

test("B5 a deployment bounds the text of an audit by its processor time, and says so", async () => {
  const audit = (bytes: number) =>
    app.request(
      "/v1/audit",
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ code: "#".repeat(bytes) }),
      },
      production,
    );
  const most = Number(production.AUDIT_MAX_BYTES);
  expect((await audit(most)).status).toBe(200);
  const refused = await audit(most + 1);
  expect(refused.status).toBe(413);
  expect((await refused.json()).errors).toMatchObject([
    { parameter: "code", message: expect.stringContaining(`${most} bytes`), received: `${most + 1} bytes` },
  ]);
});

describe("B5 an audit of many deployments", () => {
  const load = (i: number) =>
    `model${i} = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", quantization_config=BitsAndBytesConfig(load_in_8bit=True))\n`;
  const code = `from transformers import AutoModelForCausalLM, BitsAndBytesConfig\n${Array.from({ length: 80 }, (_, i) => load(i)).join("")}`;

  test("holds 64 KiB, and says what it leaves out; the verdict is of all of it", async () => {
    for (const accept of ["application/json", "text/markdown"]) {
      const response = await post("audit", { code, fail_on: "critical" }, { accept });
      expect(response.status).toBe(200);
      const text = await response.text();
      expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
      if (accept === "text/markdown") continue;
      const body = JSON.parse(text);
      expect(body.warnings[0]).toMatchObject({
        code: "answer-cut",
        message: expect.stringMatching(/\d+ of \d+ deployments/),
      });
      expect(body.findings.length).toBeGreaterThan(10);
      expect(body.verdict_why).toMatch(/^\d{2} of severity critical/);
    }
  });
});

describe("B5 a search", () => {
  const wide = {
    model_id: LLAMA,
    framework: "vllm",
    search_gpus: ["h100", "h200", "b200", "a100-80gb", "a100-40gb", "a800", "l40s", "l4"],
    search_num_gpus: [1, 2],
    search_quantizations: ["bf16", "fp8"],
    search_batch_sizes: [1, 2, 4, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 80, 96, 128],
  };

  test("of 512 configurations is answered within 64 KiB: a front that is cut says so, and keeps its ends", async () => {
    const response = await post("optimize", { ...wide, requests_per_month: 1_000_000 });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
    const { searched, warnings, pareto_front, recommended } = JSON.parse(text);
    expect(searched.configurations).toBe(MAX_CONFIGURATIONS);
    expect(warnings[0]).toMatchObject({ code: "answer-cut", message: expect.stringMatching(/\d+ of the \d+/) });
    const energies = pareto_front.map(
      (each: { metrics: { energy_j_per_1k_tokens: { value: number } } }) => each.metrics.energy_j_per_1k_tokens.value,
    );
    expect(energies.length).toBeGreaterThan(8);
    expect(energies).toEqual(energies.toSorted((a: number, b: number) => a - b));
    const fastest = pareto_front.at(-1).metrics.latency_ms_per_request.value;
    expect(fastest).toBeLessThan(recommended.metrics.latency_ms_per_request.value);
  });

  test("of more is refused, with its size and the list to shorten", async () => {
    const refused = await post("optimize", { ...wide, search_quantizations: ["bf16", "fp8", "nf4"] });
    expect(refused.status).toBe(422);
    expect((await refused.json()).errors[0].message).toMatch(
      /^expected at most 512 configurations, this search has 768 /,
    );
  });

  test("a deployment bounds it by its processor time", async () => {
    const ask = (search_gpus: string) =>
      app.request(`/v1/optimize?${query({ model_id: LLAMA, framework: "vllm", search_gpus })}`, {}, production);
    expect((await ask("h100,b200,l40s,a100")).status).toBe(200);
    const refused = await ask("h100,h200,b200,a100-80gb,a100-40gb,l40s,l4");
    expect(refused.status).toBe(422);
    expect((await refused.json()).errors).toMatchObject([{ message: expect.stringContaining("expected at most 96") }]);
  });
});

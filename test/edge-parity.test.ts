// done-when 4: the page, REST, MCP and the command give the same numbers for the same question.
import { formatNumber } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { run } from "../packages/cli/src/run.ts";
import { callTool } from "../packages/edge/src/agents/call-tool.ts";
import { createApp } from "../packages/edge/src/app.ts";
import { realService } from "./support/edge-service.ts";
import { ISSUE, LLAMA, MISTRAL } from "./support/questions.ts";

const service = realService();
const app = createApp(service);

const VLLM = { model_id: LLAMA, hardware_platform: "h100", framework: "vllm", quantization: "bf16" } as const;
const SLOW = {
  model_id: MISTRAL,
  hardware_platform: "rtx4090d",
  quantization: "int8_default",
  observed_throughput_tok_s: 7.9,
};
/** Twenty questions: each protocol but AUDIT, each tier, fleets, prices, lengths. */
const CASES: readonly (readonly [protocol: string, question: Readonly<Record<string, string | number>>])[] = [
  ["estimate", ISSUE],
  ["estimate", { ...ISSUE, batch_size: 24 }],
  ["estimate", { ...ISSUE, quantization: "fp16", region: "DEU" }],
  ["estimate", { ...ISSUE, pue: 1.5, electricity_usd_per_kwh: 0.3, grid_gco2_per_kwh: 50 }],
  ["estimate", { ...ISSUE, replicas: 3, gpu_hour_usd: 2 }],
  ["estimate", { ...VLLM, batch_size: 64 }],
  ["estimate", { ...VLLM, batch_size: 64, sequence_length: 2048, generation_length: 1024 }],
  ["estimate", { ...VLLM, hardware_platform: "l40s", batch_size: 16 }],
  ["estimate", { ...VLLM, replicas: 2, requests_per_day: 50_000 }],
  ["estimate", { model_id: "13B", hardware_platform: "a100" }],
  ["estimate", { model_id: "Qwen/Qwen2-1.5B", hardware_platform: "rtx5090", quantization: "nf4" }],
  ["compare", { model_id: MISTRAL, hardware_platform: "rtx4090d" }],
  ["compare", { ...VLLM, batch_size: 32 }],
  ["compare", { model_id: "Qwen/Qwen2-1.5B", hardware_platform: "rtx5090", batch_size: 4 }],
  ["optimize", { model_id: MISTRAL, hardware_platform: "a800" }],
  ["optimize", { model_id: MISTRAL, hardware_platform: "a800", max_latency_ms: 20_000 }],
  ["optimize", VLLM],
  ["diagnose", SLOW],
  ["diagnose", { ...SLOW, quantization: "fp16", observed_throughput_tok_s: 29 }],
  ["diagnose", { ...ISSUE, observed_power_w: 160, observed_throughput_tok_s: 140 }],
];

async function command(protocol: string, question: Readonly<Record<string, string | number>>): Promise<object> {
  let written = "";
  const flags = Object.entries(question).flatMap(([name, value]) => [`--${name.replaceAll("_", "-")}`, String(value)]);
  const exit = await run([protocol, ...flags, "--format", "json"], {
    cwd: process.cwd(),
    write: (text) => {
      written += text;
    },
    writeError: (text) => {
      throw new Error(text);
    },
    columns: null,
    isErrorTerminal: false,
    environment: {},
    today: "2026-11-27",
  });
  expect(exit).toBe(0);
  return JSON.parse(written);
}

/** A report without what only the edge adds. */
function reportOf(body: object): object {
  const edges = ["method_version", "generated_from", "grid", "boundary"];
  return Object.fromEntries(Object.entries(body).filter(([name]) => !edges.includes(name)));
}

describe("done-when 4: one answer, four ways to it", () => {
  test("there are twenty cases", () => {
    expect(CASES).toHaveLength(20);
  });

  test.each(CASES)("%s %j", async (protocol, question) => {
    const query = new URLSearchParams(Object.entries(question).map(([name, value]) => [name, String(value)]));
    const path = `/v1/${protocol}?${query}`;
    const rest = await (await app.request(path)).json();
    expect(rest.protocol).toBe(protocol);
    const mcp = await callTool(service, undefined, protocol, question);
    expect(JSON.parse(JSON.stringify(mcp?.structured))).toEqual(rest);
    expect(await command(protocol, question)).toEqual(reportOf(rest));
    const page = await (await app.request(path, { headers: { accept: "text/html" } })).text();
    const candidate = rest.current ?? rest.recommended ?? rest.expected ?? rest.columns[0];
    const shown =
      protocol === "estimate"
        ? `${formatNumber(candidate.monthly.energy_kwh.value)} kWh a month`
        : formatNumber(candidate.metrics.energy_j_per_1k_tokens.value);
    expect(page).toContain(shown);
  });
});

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { BenchLine } from "./line.ts";
import { ratio } from "./line.ts";

/** Beside the Worker's bundle, where its packages are found. */
const BUNDLE = fileURLToPath(new URL("../packages/edge/dist/bench-app.mjs", import.meta.url));

async function bundledApp(): Promise<{ request(path: string, init: RequestInit): Response | Promise<Response> }> {
  await build({
    entryPoints: [fileURLToPath(new URL("edge-app.ts", import.meta.url))],
    outfile: BUNDLE,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["web-tree-sitter", "tree-sitter-python", "yaml"],
    logLevel: "error",
  });
  return (await import(BUNDLE)).app;
}

const ASKED = 300;
const MISTRAL = "mistralai/Mistral-7B-Instruct-v0.2";
/** Of an audit: what production takes (AUDIT_MAX_BYTES in wrangler.toml). */
const AUDIT_KIB = 6;

/** Processor time of one request in Node, p50 and p99, each question another one; beside the health check. */
export async function cpuLines(): Promise<readonly BenchLine[]> {
  const app = await bundledApp();
  const get =
    (path: string, accept = "application/json") =>
    () =>
      app.request(path, { headers: { accept } });
  const snippet = readFileSync(new URL("../test/fixtures/edge/load-in-8bit.py", import.meta.url), "utf8");
  const filler = "x = compute(1, 2)\n";
  const code = snippet + filler.repeat(Math.floor((AUDIT_KIB * 1024 - snippet.length) / filler.length));
  const audit = (turn: number) => () =>
    app.request("/v1/audit", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: `${code}# ${turn}\n` }),
    });
  const question = (turn: number): string =>
    `model_id=${MISTRAL}&hardware_platform=a800&batch_size=${1 + (turn % 64)}&requests_per_month=${1000 + turn}`;
  const kinds: readonly (readonly [string, (turn: number) => () => Response | Promise<Response>])[] = [
    ["estimate", (turn) => get(`/v1/estimate?${question(turn)}`)],
    ["optimize", (turn) => get(`/v1/optimize?${question(turn)}`)],
    ["compare", (turn) => get(`/v1/compare?${question(turn)}`)],
    ["diagnose", (turn) => get(`/v1/diagnose?${question(turn)}&observed_throughput_tok_s=${10 + turn}`)],
    ["the page", (turn) => get(`/v1/estimate?${question(turn)}`, "text/html")],
    [`audit of ${AUDIT_KIB} KiB`, audit],
  ];
  const reference = await percentiles(() => get("/health"));
  const lines: BenchLine[] = [];
  for (const [name, ask] of kinds) {
    const { p50, p99 } = await percentiles(ask);
    lines.push({
      what: `${name}: CPU of one request, p50 / p99`,
      ours: `${p50.toFixed(2)} / ${p99.toFixed(2)} ms`,
      reference: `${reference.p50.toFixed(2)} ms: GET /health`,
      ratio: ratio(p50, reference.p50),
    });
  }
  return lines;
}

async function percentiles(ask: (turn: number) => () => Response | Promise<Response>) {
  for (let turn = 0; turn < ASKED; turn += 1) await (await ask(turn)()).text();
  const times: number[] = [];
  for (let turn = ASKED; turn < 2 * ASKED; turn += 1) {
    const since = process.cpuUsage();
    const response = await ask(turn)();
    await response.text();
    const { user, system } = process.cpuUsage(since);
    if (response.status !== 200) throw new Error(`answered with ${response.status}`);
    times.push((user + system) / 1000);
  }
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(ASKED * 0.5)] ?? 0, p99: times[Math.floor(ASKED * 0.99)] ?? 0 };
}

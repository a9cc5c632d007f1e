import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { atLeast, atMost, type BenchLine, median, notBuilt, ratio } from "./line.ts";
import { load, type Path } from "./load.ts";
import { serve } from "./workerd.ts";

const ASSETS = fileURLToPath(new URL("../packages/edge/assets/assets/", import.meta.url));
const DIST = fileURLToPath(new URL("../packages/edge/dist/", import.meta.url));
const ESTIMATE =
  "/v1/estimate?model_id=mistralai/Mistral-7B-Instruct-v0.2&hardware_platform=a800&quantization=int8_pure&batch_size=8&sequence_length=256";
const QUESTION = "model_id=mistralai/Mistral-7B-Instruct-v0.2&hardware_platform=a800";
const HELLO: Path = () => "/";
let asked = 0;
/** Never asked before: no memory of the Worker may help. */
const another = (): string => {
  asked += 1;
  return `${QUESTION}&requests_per_month=${asked}`;
};
/** One question again and again, as a page that is shared is asked, and each time another one; with the least share of the reference's requests per second. */
const ASKED: readonly { readonly what: string; readonly path: Path; readonly least?: number }[] = [
  { what: "/v1/estimate, the same question", path: () => ESTIMATE, least: 0.5 },
  { what: "/v1/estimate, each another", path: () => `/v1/estimate?${another()}` },
  { what: "/v1/optimize, the same question", path: () => `/v1/optimize?${QUESTION}`, least: 0.03 },
  { what: "/v1/optimize, each another", path: () => `/v1/optimize?${another()}`, least: 0.03 },
];
/** The platform's, of bytes as gzip makes them, of the view that a browser loads first, and of a Worker's start. */
const MOST_UPLOAD_KB = 1000;
const MOST_VIEW_KB = 120;
const MOST_START_MS = 1000;
const CONNECTIONS = 32;
const SECONDS = 2;
const ROUNDS = 3;

/** Requests per second on `workerd serve` and the size of the upload, each beside a bare Hono served and built the same way. */
export async function edgeLines(): Promise<readonly BenchLine[]> {
  const folder = await mkdtemp(join(tmpdir(), "ecocompute-bench-"));
  try {
    const ours = join(folder, "edge");
    const reference = join(folder, "hello");
    if (!existsSync(join(DIST, "index.js"))) {
      return [notBuilt("GET /v1/estimate on workerd", "run npm run build first")];
    }
    await cp(DIST, ours, { recursive: true });
    await build({
      entryPoints: [fileURLToPath(new URL("hello.ts", import.meta.url))],
      outfile: join(reference, "index.js"),
      bundle: true,
      format: "esm",
    });
    return [
      ...(await speeds(ours, reference)),
      await startTime(ours, reference),
      ...(await firstRequests(ours)),
      await size(ours, reference),
      await firstView(ours),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function speeds(oursBundle: string, referenceBundle: string): Promise<readonly BenchLine[]> {
  const ours = await serve(oursBundle);
  const reference = await serve(referenceBundle).catch(async (cause) => {
    await ours.stop();
    throw cause;
  });
  try {
    const lines: BenchLine[] = [];
    for (const { what, path, least } of ASKED) {
      await load(ours.port, path, CONNECTIONS, 1);
      await load(reference.port, HELLO, CONNECTIONS, 1);
      const speeds: { readonly ours: number; readonly reference: number }[] = [];
      // By turns: a slow moment of the machine then falls on both.
      for (let round = 0; round < ROUNDS; round += 1) {
        speeds.push({ ours: await rate(ours.port, path), reference: await rate(reference.port, HELLO) });
      }
      const oursPerSecond = median(speeds.map((speed) => speed.ours));
      const referencePerSecond = median(speeds.map((speed) => speed.reference));
      lines.push({
        what: `GET ${what} on workerd, ${CONNECTIONS} connections`,
        ours: `${Math.round(oursPerSecond)} requests/s`,
        reference: `${Math.round(referencePerSecond)} requests/s: bare Hono hello-world`,
        ratio: ratio(oursPerSecond, referencePerSecond),
        ...(least === undefined ? {} : { bound: atLeast(oursPerSecond / referencePerSecond, least) }),
      });
    }
    return lines;
  } finally {
    await ours.stop();
    await reference.stop();
  }
}

/** From the start of workerd to the first answer. */
async function startTime(oursBundle: string, referenceBundle: string): Promise<BenchLine> {
  const first = async (bundle: string): Promise<number> => {
    const started = performance.now();
    const served = await serve(bundle);
    const elapsed = performance.now() - started;
    await served.stop();
    return elapsed;
  };
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({ ours: await first(oursBundle), reference: await first(referenceBundle) });
  }
  const [ours, reference] = [median(rounds.map((r) => r.ours)), median(rounds.map((r) => r.reference))];
  return {
    what: "Worker, from start to first answer",
    ours: `${ours.toFixed(0)} ms`,
    reference: `${reference.toFixed(0)} ms: bare Hono hello-world`,
    ratio: ratio(ours, reference),
    bound: atMost(ours, MOST_START_MS, "ms"),
  };
}

const FIRST: readonly { readonly what: string; readonly path: string; readonly init: RequestInit }[] = [
  { what: "GET /v1/estimate", path: ESTIMATE, init: {} },
  { what: "the page of an answer", path: ESTIMATE, init: { headers: { accept: "text/html" } } },
  {
    what: "POST /v1/audit",
    path: "/v1/audit",
    init: {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: 'AutoModelForCausalLM.from_pretrained("Qwen/Qwen2-7B", load_in_8bit=True)\n' }),
    },
  },
];

/** The first request of its kind in a fresh isolate, beside the tenth of that kind: what start-up did not pay, by the clock. */
async function firstRequests(bundle: string): Promise<readonly BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const { what, path, init } of FIRST) {
    const rounds: { readonly first: number; readonly later: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const served = await serve(bundle);
      const timed = async (turn: number): Promise<number> => {
        const query = init.method === "POST" ? "" : `&requests_per_month=${turn}`;
        const started = performance.now();
        await (await fetch(`http://127.0.0.1:${served.port}${path}${query}`, init)).text();
        return performance.now() - started;
      };
      const times: number[] = [];
      for (let turn = 1; turn <= 10; turn += 1) times.push(await timed(turn));
      rounds.push({ first: times[0] ?? 0, later: times[9] ?? 0 });
      await served.stop();
    }
    const [first, later] = [median(rounds.map((r) => r.first)), median(rounds.map((r) => r.later))];
    lines.push({
      what: `First in a fresh isolate: ${what}`,
      ours: `${first.toFixed(1)} ms`,
      reference: `${later.toFixed(1)} ms: the tenth`,
      ratio: ratio(first, later),
    });
  }
  return lines;
}

async function rate(port: number, path: Path): Promise<number> {
  const { requestsPerSecond, failed } = await load(port, path, CONNECTIONS, SECONDS);
  if (failed > 0) throw new Error(`${failed} answers to ${path} were not 200`);
  return requestsPerSecond;
}

async function size(oursBundle: string, referenceBundle: string): Promise<BenchLine> {
  const [ours, reference] = [await gzipped(oursBundle), await gzipped(referenceBundle)];
  return {
    what: "Worker upload, gzip",
    ours: `${(ours / 1000).toFixed(0)} kB`,
    reference: `${(reference / 1000).toFixed(0)} kB: bare Hono hello-world`,
    ratio: ratio(ours, reference),
    bound: atMost(ours / 1000, MOST_UPLOAD_KB, "kB"),
  };
}

/** What is uploaded: the script and its wasm, without the source map. */
async function gzipped(bundle: string): Promise<number> {
  const names = (await readdir(bundle)).filter((name) => name.endsWith(".js") || name.endsWith(".wasm"));
  const sizes = await Promise.all(names.map(async (name) => gzipSync(await readFile(join(bundle, name))).length));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** What a browser loads for `/`: page, style, script and icon, uncompressed, beside the bound. */
async function firstView(bundle: string): Promise<BenchLine> {
  const served = await serve(bundle);
  const page = await fetch(`http://127.0.0.1:${served.port}/`, { headers: { accept: "text/html" } });
  const assets = await readdir(ASSETS);
  const sizes = await Promise.all(assets.map(async (name) => (await readFile(join(ASSETS, name))).length));
  const text = await page.text();
  await served.stop();
  const ours = new TextEncoder().encode(text).length + sizes.reduce((sum, bytes) => sum + bytes, 0);
  return {
    what: "First view of the page, uncompressed",
    ours: `${(ours / 1000).toFixed(0)} kB`,
    reference: `${MOST_VIEW_KB} kB: its budget`,
    ratio: ratio(ours / 1000, MOST_VIEW_KB),
    bound: atMost(ours / 1000, MOST_VIEW_KB, "kB"),
  };
}

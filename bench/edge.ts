import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { type BenchLine, median, notBuilt, ratio } from "./line.ts";
import { load, type Path } from "./load.ts";
import { serve } from "./workerd.ts";

const ASSETS = fileURLToPath(new URL("../packages/edge/assets/assets/", import.meta.url));
const DIST = fileURLToPath(new URL("../packages/edge/dist/", import.meta.url));
const ESTIMATE =
  "/v1/estimate?model_id=mistralai/Mistral-7B-Instruct-v0.2&hardware_platform=a800&quantization=int8_pure&batch_size=8&sequence_length=256";
const QUESTION = "model_id=mistralai/Mistral-7B-Instruct-v0.2&hardware_platform=a800";
const HELLO: Path = () => "/";
/** One question again and again, as a page that is shared is asked, and each time another one. */
const ASKED: readonly { readonly what: string; readonly path: Path }[] = [
  { what: "/v1/estimate, the same question", path: () => ESTIMATE },
  { what: "/v1/estimate, each another", path: (turn) => `/v1/estimate?${QUESTION}&requests_per_month=${turn}` },
  { what: "/v1/optimize, the same question", path: () => `/v1/optimize?${QUESTION}` },
  { what: "/v1/optimize, each another", path: (turn) => `/v1/optimize?${QUESTION}&requests_per_month=${turn}` },
];
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
    for (const { what, path } of ASKED) {
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
  };
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
    ours: `${(ours / 1024).toFixed(0)} KiB`,
    reference: `${(reference / 1024).toFixed(0)} KiB: bare Hono hello-world`,
    ratio: ratio(ours, reference),
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
    ours: `${(ours / 1024).toFixed(0)} KiB`,
    reference: "120 KiB: the bound",
    ratio: ratio(ours, 120 * 1024),
  };
}

import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { type BenchLine, median, notBuilt, ratio } from "./line.ts";
import { load } from "./load.ts";
import { serve } from "./workerd.ts";

const DIST = fileURLToPath(new URL("../packages/edge/dist/", import.meta.url));
const ESTIMATE =
  "/v1/estimate?model_id=mistralai/Mistral-7B-Instruct-v0.2&hardware_platform=a800&quantization=int8_pure&batch_size=8&sequence_length=256";
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
    return [await speed(ours, reference), await size(ours, reference)];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function speed(oursBundle: string, referenceBundle: string): Promise<BenchLine> {
  const ours = await serve(oursBundle);
  const reference = await serve(referenceBundle).catch(async (cause) => {
    await ours.stop();
    throw cause;
  });
  try {
    await load(ours.port, ESTIMATE, CONNECTIONS, 1);
    await load(reference.port, "/", CONNECTIONS, 1);
    const speeds: { readonly ours: number; readonly reference: number }[] = [];
    // By turns: a slow moment of the machine then falls on both.
    for (let round = 0; round < ROUNDS; round += 1) {
      speeds.push({ ours: await rate(ours.port, ESTIMATE), reference: await rate(reference.port, "/") });
    }
    const oursPerSecond = median(speeds.map((speed) => speed.ours));
    const referencePerSecond = median(speeds.map((speed) => speed.reference));
    return {
      what: `GET /v1/estimate on workerd, ${CONNECTIONS} connections`,
      ours: `${Math.round(oursPerSecond)} requests/s`,
      reference: `${Math.round(referencePerSecond)} requests/s: bare Hono hello-world`,
      ratio: ratio(oursPerSecond, referencePerSecond),
    };
  } finally {
    await ours.stop();
    await reference.stop();
  }
}

async function rate(port: number, path: string): Promise<number> {
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

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { HOSTILE_TEXTS } from "./hostile-texts.ts";
import { atMost, type BenchLine, ratio } from "./line.ts";
import { sampleRepository } from "./sample-repository.ts";

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
/** Of an audit: what production takes. */
const AUDIT_KIB =
  Number(/AUDIT_MAX_BYTES = "(\d+)"/.exec(readFileSync(new URL("../wrangler.toml", import.meta.url), "utf8"))?.[1]) /
  1024;
/** Of one request, at p99: half of what the free plan gives, and for an audit all of it. */
const MOST_MS = 5;
const MOST_AUDIT_MS = 10;

type App = Awaited<ReturnType<typeof bundledApp>>;
type Ask = () => Response | Promise<Response>;
interface Kind {
  readonly what: string;
  readonly most_ms: number;
  readonly ask: (turn: number) => Ask;
}

const fixture = (name: string): string =>
  readFileSync(new URL(`../test/fixtures/edge/${name}`, import.meta.url), "utf8");

const post = (app: App, body: object): Ask => {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return () => app.request("/v1/audit", init);
};

/** As many whole copies of a text as an audit holds, after a head. */
function filled(head: string, unit: string): string {
  const room = AUDIT_KIB * 1024 - head.length - 16;
  return head + unit.repeat(Math.floor(room / unit.length));
}

function kindsOf(app: App): readonly Kind[] {
  const get = (path: string, accept = "application/json") => app.request.bind(app, path, { headers: { accept } });
  const question = (turn: number): string =>
    `model_id=${MISTRAL}&hardware_platform=a800&batch_size=${1 + (turn % 64)}&requests_per_month=${1000 + turn}`;
  const code = filled(fixture("load-in-8bit.py"), "x = compute(1, 2)\n");
  const manifests = filled(
    "",
    sampleRepository(10)
      .find(({ path }) => path.includes("/k8s/chat-"))
      ?.content.concat("---\n") ?? "",
  );
  const protocol = (what: string, ask: Kind["ask"]): Kind => ({ what, most_ms: MOST_MS, ask });
  const audit = (what: string, ask: Kind["ask"]): Kind => ({
    what: `audit of ${AUDIT_KIB} KiB, ${what}`,
    most_ms: MOST_AUDIT_MS,
    ask,
  });
  return [
    protocol("estimate", (turn) => get(`/v1/estimate?${question(turn)}`)),
    protocol("optimize", (turn) => get(`/v1/optimize?${question(turn)}`)),
    protocol("compare", (turn) => get(`/v1/compare?${question(turn)}`)),
    protocol("diagnose", (turn) => get(`/v1/diagnose?${question(turn)}&observed_throughput_tok_s=${10 + turn}`)),
    protocol("the page", (turn) => get(`/v1/estimate?${question(turn)}`, "text/html")),
    audit("Python", (turn) => post(app, { code: `${code}# ${turn}\n` })),
    audit("manifests", (turn) => post(app, { files: [{ path: "k8s/chat.yaml", content: `${manifests}# ${turn}\n` }] })),
  ];
}

/** Processor time of one request in Node, p50 and p99, each question another one; beside the health check. */
export async function cpuLines(): Promise<readonly BenchLine[]> {
  const app = await bundledApp();
  const reference = await percentiles(() => () => app.request("/health", {}));
  const lines: BenchLine[] = [];
  for (const { what, most_ms, ask } of kindsOf(app))
    lines.push(lineOf(what, await percentiles(ask), reference, most_ms));
  return [...lines, lineOf(`audit of ${AUDIT_KIB} KiB, hostile texts`, await hostile(app), reference, MOST_AUDIT_MS)];
}

const lineOf = (what: string, spent: Spent, reference: Spent, most_ms: number): BenchLine => ({
  what: `${what}: CPU of one request, p50 / p99`,
  ours: `${spent.p50.toFixed(2)} / ${spent.p99.toFixed(2)} ms (p99 with the compiler's and collector's threads ${spent.p99_all_threads.toFixed(2)})`,
  reference: `${reference.mean.toFixed(3)} ms: GET /health, the mean`,
  ratio: ratio(spent.p50, reference.mean),
  bound: atMost(spent.p99, most_ms, "ms at p99"),
});

interface Spent {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly p99_all_threads: number;
}

/** Of the thread that runs the code, and of the whole process: what V8 compiles and collects beside it too. */
async function timed(ask: Ask): Promise<{ readonly thread: number; readonly all: number }> {
  const [thread, all] = [process.threadCpuUsage(), process.cpuUsage()];
  const response = await ask();
  await response.text();
  if (response.status !== 200) throw new Error(`answered with ${response.status}`);
  const milliseconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;
  return { thread: milliseconds(process.threadCpuUsage(thread)), all: milliseconds(process.cpuUsage(all)) };
}

function spentOf(times: readonly { readonly thread: number; readonly all: number }[]): Spent {
  const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
  const at = (values: readonly number[], share: number) => values[Math.floor(values.length * share)] ?? Number.NaN;
  const threads = sorted(times.map(({ thread }) => thread));
  return {
    mean: threads.reduce((sum, each) => sum + each, 0) / threads.length,
    p50: at(threads, 0.5),
    p99: at(threads, 0.99),
    p99_all_threads: at(sorted(times.map(({ all }) => all)), 0.99),
  };
}

async function percentiles(ask: Kind["ask"]): Promise<Spent> {
  for (let turn = 0; turn < ASKED; turn += 1) await timed(ask(turn));
  const times = [];
  for (let turn = ASKED; turn < 2 * ASKED; turn += 1) times.push(await timed(ask(turn)));
  return spentOf(times);
}

/** Over texts that work a parser, one of each form and unit, the least of three readings of each. */
async function hostile(app: App): Promise<Spent> {
  const times = [];
  for (const { texts } of HOSTILE_TEXTS)
    for (const { path, fill } of texts) {
      const content = fill(AUDIT_KIB * 1024 - 16);
      const readings = [];
      for (let turn = 0; turn < 3; turn += 1)
        readings.push(await timed(post(app, { files: [{ path, content: `${content}\n#${turn}` }] })));
      times.push({
        thread: Math.min(...readings.map(({ thread }) => thread)),
        all: Math.min(...readings.map(({ all }) => all)),
      });
    }
  return spentOf(times);
}

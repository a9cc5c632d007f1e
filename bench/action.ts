import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gitRepository } from "../test/fake-github/git-repository.ts";
import { pullRequestPayload } from "../test/fake-github/payloads.ts";
import { atMost, type BenchLine, median, notBuilt, ratio } from "./line.ts";

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const ENTRY = path("packages/action/dist/index.js");
const MANIFEST = path("test/fixtures/pull-requests/replicas-and-int8/base/k8s/chat.yaml");
const RUNS = 7;
const PASS = 0;
const USAGE_ERROR = 2;
/** The budget of the bundle, with both parsers. */
const MAX_DIST_BYTES = 3_000_000;

/** What a run of the Action pays, beside a Node that does nothing. */
export function actionLines(): readonly BenchLine[] {
  if (!existsSync(ENTRY)) return [notBuilt("Action", "packages/action/dist/index.js is absent")];
  const reference = median(Array.from({ length: RUNS }, () => milliseconds(["-e", "0"], {}, 0)));
  const line = (what: string, ours: number): BenchLine => ({
    what,
    ours: `${ours.toFixed(0)} ms`,
    reference: `${reference.toFixed(0)} ms: node -e 0`,
    ratio: ratio(ours, reference),
  });
  const bytes = statSync(ENTRY).size;
  return [
    line("Action start, no event", median(Array.from({ length: RUNS }, () => milliseconds([ENTRY], {}, USAGE_ERROR)))),
    line("Action, 20 files and 3 deployments from a checkout", usualPullRequest()),
    {
      what: "Action bundle",
      ours: `${(bytes / 1e6).toFixed(2)} MB`,
      reference: `${MAX_DIST_BYTES / 1e6} MB: its budget`,
      ratio: ratio(bytes, MAX_DIST_BYTES),
      bound: atMost(bytes / 1e6, MAX_DIST_BYTES / 1e6, "MB"),
    },
  ];
}

/** Three changed manifests among 20 changed files, without a comment: the Action's own time, no service's. */
function usualPullRequest(): number {
  const manifest = readFileSync(MANIFEST, "utf8");
  const files = (replicas: number) =>
    Object.fromEntries([
      ...["a", "b", "c"].map((name) => [`k8s/${name}.yaml`, manifest.replace("replicas: 2", `replicas: ${replicas}`)]),
      ...Array.from({ length: 17 }, (_, i) => [`web/page-${i}.ts`, `export const replicas = ${replicas};\n`]),
    ]);
  const repository = gitRepository(files(2));
  const temp = mkdtempSync(join(tmpdir(), "ecocompute-bench-"));
  try {
    const base = repository.git("rev-parse", "HEAD");
    const event = join(temp, "event.json");
    writeFileSync(event, pullRequestPayload({ base, head: repository.commit(files(4)) }));
    const env = {
      PATH: process.env.PATH ?? "",
      GITHUB_WORKSPACE: repository.folder,
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_EVENT_PATH: event,
      RUNNER_TEMP: temp,
      "INPUT_GITHUB-TOKEN": "none",
      INPUT_COMMENT: "never",
    };
    return median(Array.from({ length: RUNS }, () => milliseconds([ENTRY], env, PASS)));
  } finally {
    repository.remove();
    rmSync(temp, { recursive: true });
  }
}

function milliseconds(args: readonly string[], env: NodeJS.ProcessEnv, expectedStatus: number): number {
  const started = performance.now();
  const { error, signal, status, stdout } = spawnSync(process.execPath, args, {
    env,
    timeout: 15_000,
    encoding: "utf8",
  });
  if (error || signal) throw new Error(`node ${args.join(" ")} did not end: ${error?.message ?? signal}`);
  const elapsed = performance.now() - started;
  // Another status means that it broke on the way, and its time says nothing.
  if (status !== expectedStatus)
    throw new Error(`node ${args.join(" ")} ended with ${status}, expected ${expectedStatus}: ${stdout.slice(0, 500)}`);
  return elapsed;
}

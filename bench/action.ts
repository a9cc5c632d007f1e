import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BenchLine, median, notBuilt, ratio } from "./line.ts";

const ENTRY = fileURLToPath(new URL("../packages/action/dist/index.js", import.meta.url));
const WHAT = "Action start, no event";
const RUNS = 7;
const USAGE_ERROR = 2;

/** From start to exit without an event: what every run of the Action pays before it works. Beside a Node that does nothing. */
export function actionLine(): BenchLine {
  if (!existsSync(ENTRY)) return notBuilt(WHAT, "packages/action/dist/index.js is absent");
  const ours = median(Array.from({ length: RUNS }, () => milliseconds([ENTRY], USAGE_ERROR)));
  const reference = median(Array.from({ length: RUNS }, () => milliseconds(["-e", "0"], 0)));
  return {
    what: WHAT,
    ours: `${ours.toFixed(0)} ms`,
    reference: `${reference.toFixed(0)} ms: node -e 0`,
    ratio: ratio(ours, reference),
  };
}

function milliseconds(args: readonly string[], expectedStatus: number): number {
  const started = performance.now();
  const { error, signal, status } = spawnSync(process.execPath, args, { env: {}, timeout: 5_000 });
  if (error || signal) throw new Error(`node ${args.join(" ")} did not end: ${error?.message ?? signal}`);
  const elapsed = performance.now() - started;
  // Another status means that it broke on the way, and its time says nothing.
  if (status !== expectedStatus)
    throw new Error(`node ${args.join(" ")} ended with ${status}, expected ${expectedStatus}`);
  return elapsed;
}

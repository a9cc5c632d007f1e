import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface RunningWorker {
  readonly base: string;
  readonly stop: () => Promise<void>;
}

/** The Worker as `npm start` serves it: wrangler dev, real HTTP, the real catalogue and assets. */
export async function startWorker(): Promise<RunningWorker> {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const wrangler = ["node_modules/wrangler/bin/wrangler.js", "dev", "--port", `${port}`, "--inspector-port", "0"];
  const started: ChildProcess = spawn(process.execPath, ["--env-file=packages/edge/dev.env", ...wrangler], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [started.stdout, started.stderr]) {
    stream?.on("data", (chunk) => {
      log += chunk;
    });
  }
  const stop = async () => {
    if (started.exitCode !== null) return;
    started.kill();
    await once(started, "exit");
  };
  // A failed build leaves a port that accepts and never answers: short tries, then the log.
  const deadline = performance.now() + 45_000;
  while (performance.now() < deadline && started.exitCode === null && !log.includes("✘")) {
    const health = await fetch(`${base}/health`, { signal: AbortSignal.timeout(1000) }).catch(() => null);
    if (health?.ok) return { base, stop };
    await wait(500);
  }
  await stop();
  throw new Error(`the Worker does not answer on ${base}:\n${log}`);
}

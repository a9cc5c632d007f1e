import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "../test/support/free-port.ts";

export interface Served {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Serves a folder that holds a bundle, index.js with the wasm that it imports, by `workerd serve` on a free port. */
export async function serve(bundle: string): Promise<Served> {
  const port = await freePort();
  const config = join(bundle, "workerd.capnp");
  await writeFile(config, await configuration(bundle, port));
  const child = spawn(workerdPath(), ["serve", config], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk) => {
    log += chunk;
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, "exit");
  };
  if (await answers(port, child)) return { port, stop };
  await stop();
  throw new Error(`workerd does not answer: ${log}`);
}

async function answers(port: number, child: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 500 && child.exitCode === null; attempt += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
    if (answer) return answer.ok;
    await wait(10);
  }
  return false;
}

/** The binary itself, of the version that wrangler brings: the package's wrapper script would be one more process to stop. */
function workerdPath(): string {
  const wrangler = createRequire(import.meta.resolve("wrangler/package.json"));
  const workerd: { readonly default: string } = wrangler("workerd");
  return workerd.default;
}

async function configuration(bundle: string, port: number): Promise<string> {
  const toml = await readFile(new URL("../wrangler.toml", import.meta.url), "utf8");
  const date = /^compatibility_date = "(.+)"$/m.exec(toml)?.[1];
  const flags = /^compatibility_flags = (\[.*\])$/m.exec(toml)?.[1];
  if (date === undefined || flags === undefined)
    throw new Error("wrangler.toml states no compatibility date and flags");
  const wasm = (await readdir(bundle)).filter((name) => name.endsWith(".wasm"));
  const modules = [
    `(name = "index.js", esModule = embed "index.js")`,
    ...wasm.map((name) => `(name = "${name}", wasm = embed "${name}")`),
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [${modules.join(", ")}],
  compatibilityDate = "${date}",
  compatibilityFlags = ${flags}
);
`;
}

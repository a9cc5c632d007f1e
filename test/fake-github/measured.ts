import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ActionRun, type ActionSetup, runAction } from "./run-action.ts";

export interface Measured extends ActionRun {
  /** Peak memory of the Action's own process. */
  readonly maxRssMb: number;
  /** Where it opened a socket to, each once: host:port, or the path of a local one. */
  readonly asked: readonly string[];
}

const hook = (file: string): string => `const net = require("node:net");
const { writeFileSync } = require("node:fs");
const asked = new Set();
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...all) {
  const [first] = Array.isArray(all[0]) ? all[0] : all;
  asked.add((first.host ?? first.path ?? "?") + ":" + (first.port ?? ""));
  return connect.apply(this, all);
};
process.on("exit", () => {
  writeFileSync(${JSON.stringify(file)}, JSON.stringify({ kb: process.resourceUsage().maxRSS, asked: [...asked] }));
});
`;

/** Runs the bundle, and says what it took and whom it asked. */
export async function runMeasured(setup: ActionSetup): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "ecocompute-measured-"));
  const file = join(folder, "measured.json");
  writeFileSync(join(folder, "hook.cjs"), hook(file));
  try {
    const run = await runAction({
      ...setup,
      env: { ...setup.env, NODE_OPTIONS: `--require=${join(folder, "hook.cjs")}` },
    });
    const { kb, asked } = JSON.parse(readFileSync(file, "utf8"));
    return { ...run, maxRssMb: kb / 1024, asked };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

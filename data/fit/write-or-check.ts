import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A generated file of data/: its path within the folder and all that it holds. */
export type Generated = Readonly<Record<string, string>>;

const readText = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

/** The files whose checked-in text differs, as [name, checked in, computed]. */
export const staleFiles = (folder: string, files: Generated): [string, string, string][] =>
  Object.entries(files)
    .map(([name, text]): [string, string, string] => [name, readText(join(folder, name)), text])
    .filter(([, before, after]) => before !== after);

export function writeFiles(folder: string, files: Generated): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/** Exits 1 naming what is stale. */
export function refuseStale(stale: readonly [string, string, string][], command: string): void {
  if (stale.length === 0) return;
  process.exitCode = 1;
  console.error(`stale: ${stale.map(([name]) => `data/${name}`).join(", ")}; run '${command}'`);
}

/** `--check` or nothing; exits 2 on anything else. */
export function readCheckFlag(flags: readonly string[]): boolean {
  const unknown = flags.filter((flag) => flag !== "--check");
  if (unknown.length === 0) return flags.length > 0;
  console.error(`expected --check or nothing, received ${unknown.join(" ")}`);
  process.exit(2);
}

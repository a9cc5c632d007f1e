import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const DATA = new URL("../../../data/", import.meta.url);

/** A fresh clone holds the evidence as files that people edit; it is compiled once, as every npm script does. */
export function compileDataIfAbsent() {
  const compiled = readFileSync(new URL("index.ts", DATA), "utf8").match(/\.\/dist\/[\w-]+\.js/g) ?? [];
  if (compiled.every((path) => existsSync(new URL(path, DATA)))) return;
  execFileSync(process.execPath, [fileURLToPath(new URL("compile.ts", DATA))], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

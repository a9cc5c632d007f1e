import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A fresh clone holds the evidence as files that people edit; it is compiled once, as every npm script does. */
export function compileDataIfAbsent() {
  if (existsSync(new URL("../../../data/dist/catalogue.js", import.meta.url))) return;
  const compile = fileURLToPath(new URL("../../../data/compile.ts", import.meta.url));
  execFileSync(process.execPath, [compile], { stdio: ["ignore", "ignore", "inherit"] });
}

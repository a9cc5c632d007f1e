#!/usr/bin/env node
// Runs the source where it is there (this repository), else the bundle (the published package).
import { existsSync } from "node:fs";

const source = new URL("../src/main.ts", import.meta.url);
const fromSource = existsSync(source);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (fromSource && (major < 22 || (major === 22 && minor < 18))) {
  console.error(
    `ecocompute: from source it needs Node 22.18 or newer, this is ${process.version}. Use "npx ecocompute" in the repository, or "npm run build" and node packages/cli/dist/ecocompute.js.`,
  );
  process.exitCode = 2;
} else {
  if (fromSource) (await import("./compile-data.js")).compileDataIfAbsent();
  await import(fromSource ? source.href : new URL("../dist/ecocompute.js", import.meta.url).href);
}

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { loadPythonParser } from "../test/support/python-parser.ts";
import { atMost, type BenchLine, notBuilt, ratio } from "./line.ts";
import { sampleRepository } from "./sample-repository.ts";

const ENTRY = fileURLToPath(new URL("../packages/cli/dist/ecocompute.js", import.meta.url));
const FILES = 3_000;
const WHAT = `ecocompute audit, ${FILES} files`;
const MOST_SECONDS = 20;
const MOST_MIB = 512;
const FOUND_SOMETHING = 1;
/** The child tells its own peak: a parent cannot see it. */
const TELL_PEAK =
  'data:text/javascript,import fs from "node:fs";process.on("exit",()=>fs.writeSync(3,String(process.resourceUsage().maxRSS)))';

/** The built command on a made-up repository, start and git included, beside the bare parsers on its Python and YAML files. */
export async function cliLines(): Promise<readonly BenchLine[]> {
  if (!existsSync(ENTRY)) return [notBuilt(WHAT, "packages/cli/dist/ecocompute.js is absent")];
  const top = await mkdtemp(join(tmpdir(), "ecocompute-bench-"));
  try {
    for (const { path, content } of sampleRepository(FILES)) {
      await mkdir(join(top, dirname(path)), { recursive: true });
      await writeFile(join(top, path), content);
    }
    execFileSync("git", ["init", "--quiet"], { cwd: top });
    const started = performance.now();
    const { status, output } = spawnSync(
      process.execPath,
      ["--import", TELL_PEAK, ENTRY, "audit", "--format", "json"],
      {
        cwd: top,
        stdio: ["ignore", "pipe", "inherit", "pipe"],
        maxBuffer: 1024 ** 3,
      },
    );
    const seconds = (performance.now() - started) / 1000;
    if (status !== FOUND_SOMETHING) throw new Error(`${WHAT} ended with ${status}, expected ${FOUND_SOMETHING}`);
    const mib = Number(String(output[3])) / 1024;
    const bare = (await bareSeconds()) || Number.NaN;
    return [
      {
        what: WHAT,
        ours: `${seconds.toFixed(1)} s`,
        reference: `${bare.toFixed(1)} s: bare tree-sitter and yaml on the same Python and YAML`,
        ratio: ratio(seconds, bare),
        bound: atMost(seconds, MOST_SECONDS, "s"),
      },
      {
        what: `${WHAT}, peak memory`,
        ours: `${mib.toFixed(0)} MiB`,
        reference: `${MOST_MIB} MiB: the limit`,
        ratio: ratio(mib, MOST_MIB),
        bound: atMost(mib, MOST_MIB, "MiB"),
      },
    ];
  } finally {
    await rm(top, { recursive: true });
  }
}

async function bareSeconds(): Promise<number> {
  const parser = await loadPythonParser();
  const files = sampleRepository(FILES);
  const started = performance.now();
  for (const { path, content } of files) {
    if (path.endsWith(".py")) parser.parse(content)?.delete();
    else if (/\.ya?ml$/.test(path)) parseAllDocuments(content, { logLevel: "silent" });
  }
  return (performance.now() - started) / 1000;
}

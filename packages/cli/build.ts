import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;

/** Some dependencies are CommonJS and call `require`, which an ES module lacks. */
const BANNER = 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);';

/** Bundles the command with the engine, the evidence and both wasm files: one file, run by Node 20 or newer. */
export async function buildCli(outdir: string): Promise<void> {
  await build({
    entryPoints: [join(here, "src/main.ts")],
    outfile: join(outdir, "ecocompute.js"),
    absWorkingDir: here,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    minify: true,
    keepNames: true,
    banner: { js: BANNER },
    // Inside the bundle the wasm files are bytes, not paths.
    conditions: ["bundled"],
    loader: { ".wasm": "binary" },
    legalComments: "eof",
    logLevel: "warning",
  });
}

if (import.meta.main) await buildCli(join(here, "dist"));

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BANNER, licencesOf, packed } from "@ecocompute/checkout/bundle";
import { build } from "esbuild";

const here = import.meta.dirname;

/** Bundles the command with the engine, the evidence and both wasm files: one file, run by Node 20 or newer. */
export async function buildCli(outdir: string): Promise<void> {
  const { metafile } = await build({
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
    plugins: [packed],
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  await writeFile(join(outdir, "licenses.txt"), await licencesOf(metafile, here));
}

if (import.meta.main) await buildCli(join(here, "dist"));

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BANNER, licencesOf, packed } from "@ecocompute/checkout/bundle";
import { build } from "esbuild";

const here = import.meta.dirname;

/** Bundles the Action with all that it needs. The same sources give the same bytes, whatever the folder. */
export async function buildAction(outdir: string): Promise<void> {
  const result = await build({
    entryPoints: [join(here, "src/main.ts")],
    outfile: join(outdir, "index.js"),
    // Paths in the output are relative to this folder, never to where the build was started.
    absWorkingDir: here,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    minify: true,
    keepNames: true,
    banner: { js: BANNER },
    plugins: [packed],
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  await mkdir(outdir, { recursive: true });
  for (const file of result.outputFiles) await writeFile(file.path, file.contents);
  await writeFile(join(outdir, "licenses.txt"), await licencesOf(result.metafile, here));
  // Says ES module without a package.json in reach.
  await writeFile(join(outdir, "package.json"), `${JSON.stringify({ type: "module" })}\n`);
}

if (import.meta.main) await buildAction(join(here, "dist"));

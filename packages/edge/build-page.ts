// The pages' script, for wrangler's [build]: dev and deploy serve it from assets/.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

await build({
  entryPoints: [fileURLToPath(new URL("browser/page.ts", import.meta.url))],
  outfile: fileURLToPath(new URL("assets/assets/page.js", import.meta.url)),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
});

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import type { Metafile, Plugin } from "esbuild";

/** Some dependencies are CommonJS and call `require`, which an ES module lacks. */
export const BANNER = 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);';

/** JavaScript for the bytes of a text or of a file, compressed in the bundle. */
function unpacking(bytes: Uint8Array): string {
  const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  return `brotliDecompressSync(Buffer.from("${packed.toString("base64")}", "base64"))`;
}
const IMPORT = 'import { brotliDecompressSync } from "node:zlib";\n';

/** The evidence and the parsers are four fifths of the bundle as they are, and a sixth compressed; unpacking takes milliseconds. */
export const packed: Plugin = {
  name: "packed",
  setup(setup) {
    setup.onLoad({ filter: /[\\/]data[\\/]dist[\\/]catalogue\.js$/ }, async ({ path }) => {
      const { default: catalogue } = await import(pathToFileURL(path).href);
      const text = unpacking(Buffer.from(JSON.stringify(catalogue)));
      return { contents: `${IMPORT}export default JSON.parse(${text}.toString("utf8"));`, loader: "js" };
    });
    setup.onLoad({ filter: /\.wasm$/ }, async ({ path }) => ({
      contents: `${IMPORT}export default new Uint8Array(${unpacking(await readFile(path))});`,
      loader: "js",
    }));
  },
};

/** The licence text of each package that is inside a bundle, as their licences ask for; the paths in its metafile start at `builtIn`. */
export async function licencesOf(metafile: Metafile, builtIn: string): Promise<string> {
  const folders = new Set<string>();
  for (const input of Object.keys(metafile.inputs)) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (folder) folders.add(folder);
  }
  const texts = await Promise.all([...folders].map((folder) => licenceOf(join(builtIn, folder))));
  return texts.sort().join(`\n\n${"-".repeat(80)}\n\n`);
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  const text = file ? (await readFile(join(folder, file), "utf8")).trim() : "";
  return `${name} ${version} (${license})\n\n${text}`.trimEnd();
}

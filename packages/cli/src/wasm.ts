import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);

export const treeSitterWasm = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")));
export const pythonWasm = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(resolve("tree-sitter-python/tree-sitter-python.wasm")));

import python from "tree-sitter-python/tree-sitter-python.wasm";
import treeSitter from "web-tree-sitter/web-tree-sitter.wasm";

export const treeSitterWasm = (): Uint8Array<ArrayBuffer> => treeSitter;
export const pythonWasm = (): Uint8Array<ArrayBuffer> => python;

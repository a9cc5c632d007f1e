import type { PythonParser } from "@ecocompute/engine";
import pythonWasm from "tree-sitter-python/tree-sitter-python.wasm";
import { Language, Parser } from "web-tree-sitter";
import treeSitterWasm from "web-tree-sitter/web-tree-sitter.wasm";

type Instantiated = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

/** Both wasm files are inside the bundle: nothing is read from disk. */
export async function loadPythonParser(): Promise<PythonParser> {
  await Parser.init({
    instantiateWasm(imports: WebAssembly.Imports, instantiated: Instantiated) {
      const module = new WebAssembly.Module(treeSitterWasm);
      const instance = new WebAssembly.Instance(module, imports);
      instantiated(instance, module);
      return instance.exports;
    },
  });
  const parser = new Parser();
  parser.setLanguage(Language.loadSync(new WebAssembly.Module(pythonWasm)));
  return parser;
}

import type { PythonParser } from "@ecocompute/engine";
import { Language, Parser } from "web-tree-sitter";
import { pythonWasm, treeSitterWasm } from "#wasm";

type Instantiated = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

export async function loadPythonParser(): Promise<PythonParser> {
  await Parser.init({
    instantiateWasm(imports: WebAssembly.Imports, instantiated: Instantiated) {
      const module = new WebAssembly.Module(treeSitterWasm());
      const instance = new WebAssembly.Instance(module, imports);
      instantiated(instance, module);
      return instance.exports;
    },
  });
  const parser = new Parser();
  parser.setLanguage(Language.loadSync(new WebAssembly.Module(pythonWasm())));
  return parser;
}

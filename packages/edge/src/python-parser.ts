import type { PythonParser } from "@ecocompute/engine";
import grammar from "tree-sitter-python/tree-sitter-python.wasm";
import { Language, Parser } from "web-tree-sitter";
import runtime from "web-tree-sitter/web-tree-sitter.wasm";

let loading: Promise<PythonParser> | undefined;

/** One parser per isolate, made when it starts; where that failed, again when an AUDIT asks for it. */
export function loadPython(): Promise<PythonParser> {
  loading ??= load().catch((cause) => {
    loading = undefined;
    throw new Error("could not load the Python parser", { cause });
  });
  return loading;
}

async function load(): Promise<PythonParser> {
  await Parser.init({
    // A Worker may not compile wasm at run time: the modules come compiled, from the bundle.
    instantiateWasm(
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ) {
      const instance = new WebAssembly.Instance(runtime, imports);
      done(instance, runtime);
      return instance.exports;
    },
  });
  const parser = new Parser();
  parser.setLanguage(Language.loadSync(grammar));
  return parser;
}

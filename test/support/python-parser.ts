import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Language, Parser } from "web-tree-sitter";
import type { PythonParser } from "../../packages/engine/src/domain/parser.ts";

/** Loads tree-sitter and its Python grammar in Node: what every host does for the engine, here for tests. */
export async function loadPythonParser(): Promise<PythonParser> {
  await Parser.init();
  const grammar = createRequire(import.meta.url).resolve("tree-sitter-python/tree-sitter-python.wasm");
  const parser = new Parser();
  parser.setLanguage(await Language.load(new Uint8Array(readFileSync(grammar))));
  return parser;
}

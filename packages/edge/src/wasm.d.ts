// wrangler's CompiledWasm rule: a compiled module, not bytes.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

// esbuild's binary loader: the bytes of the file.
declare module "*.wasm" {
  const bytes: Uint8Array;
  export default bytes;
}

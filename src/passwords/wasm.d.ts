// The type of an imported `.wasm` file: Workers compile it before the isolate starts.

declare module '*.wasm' {
  const compiled: WebAssembly.Module;
  // biome-ignore lint/style/noDefaultExport: it is the only export there is
  export default compiled;
}

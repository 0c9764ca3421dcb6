// Says what an imported `.wasm` file is in a Worker: a module compiled before the isolate starts.

declare module '*.wasm' {
  const compiled: WebAssembly.Module;
  // biome-ignore lint/style/noDefaultExport: it is the only export there is
  export default compiled;
}

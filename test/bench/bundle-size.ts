// What a bundle weighs: script and WebAssembly, gzipped.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export function kilobytesOf(folder: string): number {
  const shipped = readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name));
  const sizes = shipped.map((name) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

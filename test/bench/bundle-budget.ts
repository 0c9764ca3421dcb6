// Holds the size of the production bundle, and what must never be in it. Run after `npm run build`.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A little over what it is, so that whoever adds a library sees what it costs. The promise is 130. */
const budgetKilobytes = 125;

/** Strings that only these packages have: each is a mistake that has been made before. */
const forbidden = {
  'zod beyond zod/mini': 'Invalid input: expected',
  "drizzle's query builder": 'NeonHttpSession',
  "Neon's WebSocket client": 'SCRAM-SERVER-FIRST-MESSAGE',
  'the OpenAPI document': '"openapi":',
};

const dist = new URL('../../dist', import.meta.url).pathname;
const shipped = readdirSync(dist).filter((name) => /\.(js|wasm)$/.test(name));
const bytes = shipped.reduce(
  (sum, name) => sum + gzipSync(readFileSync(join(dist, name)), { level: 9 }).length,
  0,
);
const script = readFileSync(join(dist, 'index.js'), 'utf8');
const found = Object.entries(forbidden).flatMap(([what, text]) => (script.includes(text) ? [what] : []));

console.log(
  `Bundle: ${(bytes / 1000).toFixed(1)} KB gzipped, script and wasm together (budget ${budgetKilobytes} KB)`,
);
if (found.length > 0) console.error(`The bundle holds what it must not: ${found.join(', ')}`);
if (bytes > budgetKilobytes * 1000) console.error('The bundle is over its budget');
process.exitCode = found.length > 0 || bytes > budgetKilobytes * 1000 ? 1 : 0;

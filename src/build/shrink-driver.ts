// Leaves of Neon's driver what the Worker calls: its HTTP client, without the WebSocket client and the pool beside it, and
// without the copies of Node's modules that only those need. Run by wrangler's build, whose `alias` puts the result in the
// driver's place.
//
// The package is one file that esbuild cannot thin: it holds every top-level call to have effects. Rollup can be told which
// have none. A release of other names fails here, and one that was cut too far in every test of the served bundle.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';

/** The driver's own helpers that only name, wrap, list or load (`__name`, `__toESM`, `__export`), and what loads parts of `pg`. */
const pureFunctions = ['a', 'we', 'ot', 'se', 'Lt', 'Ir'];

/** What stands in the place of a copied module. Each is in the driver once. */
const standIns: readonly (readonly [copied: string, standIn: string])[] = [
  // Buffer: for `bytea` alone, which no statement of ours sends or reads. One that did would fail by name.
  [
    'oi().Buffer',
    '(class Buffer { static from() { throw new TypeError("bytea is left out of the thinned driver"); } })',
  ],
  // EventEmitter: the parent of the WebSocket client, of which only the settings are used.
  ['we(ve(),1)', '{ EventEmitter: Object }'],
  // MD5 and SHA-256: for `pg` to sign in with.
  ['Fu=(fr(),O(lr))', 'Fu={}'],
  // The parsers of Postgres' binary format: answers come as text.
  ['Su=ts()', 'Su={ init() {} }'],
];

const driver = fileURLToPath(import.meta.resolve('@neondatabase/serverless'));

const bundle = await rollup({
  input: 'worker',
  treeshake: { moduleSideEffects: false, propertyReadSideEffects: false, manualPureFunctions: pureFunctions },
  plugins: [
    {
      name: 'what-the-worker-calls',
      resolveId: (id) => (id === 'worker' ? id : driver),
      load: (id) =>
        id === 'worker'
          ? "export { neon, neonConfig, NeonDbError } from '@neondatabase/serverless';"
          : withStandIns(),
    },
  ],
});

async function withStandIns(): Promise<string> {
  // The package breaks its lines wherever they are long.
  let code = (await readFile(driver, 'utf8')).replaceAll('\\\n', '');
  for (const [copied, standIn] of standIns) {
    const parts = code.split(copied);
    if (parts.length !== 2) throw new Error(`Neon's driver holds ${copied} ${parts.length - 1} times`);
    code = parts.join(standIn);
  }
  return code;
}

const { output } = await bundle.generate({});
const [{ code }] = output;
const most = 40_000;
if (code.length > most) throw new Error(`Neon's driver is not thinned: ${code.length} bytes`);

// In one step, as another build may be reading it.
const folder = fileURLToPath(new URL('../../dist/driver', import.meta.url));
const unfinished = join(folder, `unfinished.${process.pid}`);
await mkdir(folder, { recursive: true });
await writeFile(unfinished, code);
await rename(unfinished, join(folder, 'neon-serverless.js'));

// Leaves of Neon's driver what the Worker calls: its HTTP client, without the WebSocket client and the pool beside it. Run by
// wrangler's build, whose `alias` puts the result in the driver's place.
//
// The package is one file that esbuild cannot thin: it holds every top-level call to have effects. Rollup can be told which
// have none. A release of other names fails here, and one that was cut too far in every test of the served bundle.

import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';

/** The driver's own helpers that only name, wrap or load: `__name`, `__toESM`, and what loads `pg`. */
const pureFunctions = ['a', 'we', 'ot'];

const bundle = await rollup({
  input: 'worker',
  treeshake: { moduleSideEffects: false, propertyReadSideEffects: false, manualPureFunctions: pureFunctions },
  plugins: [
    {
      name: 'what-the-worker-calls',
      resolveId: (id) => (id === 'worker' ? id : fileURLToPath(import.meta.resolve(id))),
      load: (id) =>
        id === 'worker' ? "export { neon, neonConfig, NeonDbError } from '@neondatabase/serverless';" : null,
    },
  ],
});

const { output } = await bundle.generate({});
const [{ code }] = output;
const most = 90_000;
if (code.length > most) throw new Error(`Neon's driver is not thinned: ${code.length} bytes`);

// In one step, as another build may be reading it.
const folder = fileURLToPath(new URL('../../dist/driver', import.meta.url));
const unfinished = join(folder, `unfinished.${process.pid}`);
await mkdir(folder, { recursive: true });
await writeFile(unfinished, code);
await rename(unfinished, join(folder, 'neon-serverless.js'));

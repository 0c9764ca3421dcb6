// Writes the thinned Neon driver to where wrangler's `alias` points. wrangler's build runs it.

import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedDriver, thinDriver } from './thin-driver.ts';

const { code, wholeBecause } = await thinDriver(await installedDriver());
if (wholeBecause !== undefined) {
  console.warn(
    `WARNING: Neon's driver is bundled whole, 35 KB gzipped more: ${wholeBecause}. src/build/thin-driver.ts does not know this release.`,
  );
}

// Atomic, by a rename: another build may be reading the file.
const folder = fileURLToPath(new URL('../../dist/driver', import.meta.url));
const unfinished = join(folder, `unfinished.${process.pid}`);
await mkdir(folder, { recursive: true });
await writeFile(unfinished, code);
await rename(unfinished, join(folder, 'neon-serverless.js'));

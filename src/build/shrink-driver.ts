// Puts the thinned driver where wrangler's `alias` looks for it. Run by wrangler's build.

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

// In one step, as another build may be reading it.
const folder = fileURLToPath(new URL('../../dist/driver', import.meta.url));
const unfinished = join(folder, `unfinished.${process.pid}`);
await mkdir(folder, { recursive: true });
await writeFile(unfinished, code);
await rename(unfinished, join(folder, 'neon-serverless.js'));

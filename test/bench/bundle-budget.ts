// Holds the size of the production bundle, with and without the hashes of other systems, and what must never be in it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedDriver, thinDriver } from '../../src/build/thin-driver.ts';
import { bundle } from '../../src/local/workerd.ts';
import { kilobytesOf } from './bundle-size.ts';

/**
 * A little over what each is, so that whoever adds a library sees what it costs. The aim of 130 KB for the whole is missed.
 * Their modules are loaded when they are needed: the lean bundle's are those that every cold start evaluates.
 */
const budgets = { whole: 216, lean: 193, modules: 308 };

/** Strings that only these packages have: each is a mistake that has been made before. */
const forbidden = {
  'zod beyond zod/mini': 'Invalid input: expected',
  "drizzle's query builder": 'NeonHttpSession',
  "Neon's WebSocket client": 'SCRAM-SERVER-FIRST-MESSAGE',
  "Neon's copy of Node's Buffer": 'out of range index',
  'the OpenAPI document': '"openapi":',
};

const project = fileURLToPath(new URL('../..', import.meta.url));

type Metafile = { outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }> };

/** But for features: a resource of one's own costs a module a file, and what each costs is in the bytes. */
function modulesIn(folder: string): number {
  const { outputs } = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as Metafile;
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return inputs.filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && !path.startsWith('src/features/'))
    .length;
}

const folder = mkdtempSync(join(tmpdir(), 'latchkey-bundle-'));
const [whole, lean] = [join(folder, 'whole'), join(folder, 'lean')];
// What is deployed, and what is deployed once somebody has set IMPORTED_HASHES to "false" in the settings.
const deployed = ['--env', 'production', '--metafile'];
await bundle(whole, ...deployed, join(whole, 'meta.json'));
const settings = join(project, `wrangler.lean-${process.pid}.toml`);
try {
  const text = readFileSync(join(project, 'wrangler.toml'), 'utf8');
  writeFileSync(settings, text.replaceAll('IMPORTED_HASHES = "true"', 'IMPORTED_HASHES = "false"'));
  await bundle(lean, '--config', settings, ...deployed, join(lean, 'meta.json'));
} finally {
  rmSync(settings, { force: true });
}
const sizes = { whole: kilobytesOf(whole), lean: kilobytesOf(lean), modules: modulesIn(lean) };
const script = readFileSync(join(whole, 'index.js'), 'utf8');
rmSync(folder, { recursive: true });
const found = Object.entries(forbidden).flatMap(([what, text]) => (script.includes(text) ? [what] : []));

console.log(
  `Bundle, gzipped, script and wasm together: ${sizes.whole.toFixed(1)} KB (budget ${budgets.whole}); ` +
    `without the hashes of other systems ${sizes.lean.toFixed(1)} KB (budget ${budgets.lean}); ` +
    `${sizes.modules} modules beside the features evaluated at the start (budget ${budgets.modules})`,
);
// The build goes on with the whole driver, so that a release of Neon's blocks nobody; the budget does not grow for it.
const { wholeBecause } = await thinDriver(await installedDriver());
if (wholeBecause !== undefined) console.error(`The driver is whole: ${wholeBecause}`);
const isOver = (['whole', 'lean', 'modules'] as const).some((size) => sizes[size] > budgets[size]);
if (found.length > 0) console.error(`The bundle holds what it must not: ${found.join(', ')}`);
if (isOver) console.error('The bundle is over its budget');
process.exitCode = found.length > 0 || isOver ? 1 : 0;

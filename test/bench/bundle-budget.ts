// Holds the size of the production bundle, with and without the hashes of other systems, and what must never be in it. Run
// after `npm run build`.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** A little over what each is, so that whoever adds a library sees what it costs. Without imported hashes we promise 130. */
const budgets = { whole: 145, lean: 125 };

/** Strings that only these packages have: each is a mistake that has been made before. */
const forbidden = {
  'zod beyond zod/mini': 'Invalid input: expected',
  "drizzle's query builder": 'NeonHttpSession',
  "Neon's WebSocket client": 'SCRAM-SERVER-FIRST-MESSAGE',
  'the OpenAPI document': '"openapi":',
};

const project = fileURLToPath(new URL('../..', import.meta.url));

/** As `IMPORTED_HASHES = "false"` in wrangler.toml makes it. */
function buildLean(folder: string): void {
  const wrangler = join(
    createRequire(import.meta.url).resolve('wrangler/package.json'),
    '../bin/wrangler.js',
  );
  const flags = ['deploy', '--dry-run', '--env', '', '--define', 'IMPORTED_HASHES:false', '--outdir', folder];
  execFileSync(process.execPath, [wrangler, ...flags], { cwd: project, stdio: 'pipe' });
}

function kilobytesOf(folder: string): number {
  const shipped = readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name));
  const sizes = shipped.map((name) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

const whole = join(project, 'dist');
const lean = mkdtempSync(join(tmpdir(), 'latchkey-lean-'));
buildLean(lean);
const sizes = { whole: kilobytesOf(whole), lean: kilobytesOf(lean) };
rmSync(lean, { recursive: true });
const script = readFileSync(join(whole, 'index.js'), 'utf8');
const found = Object.entries(forbidden).flatMap(([what, text]) => (script.includes(text) ? [what] : []));

console.log(
  `Bundle, gzipped, script and wasm together: ${sizes.whole.toFixed(1)} KB (budget ${budgets.whole}); ` +
    `without the hashes of other systems ${sizes.lean.toFixed(1)} KB (budget ${budgets.lean})`,
);
const isOver = sizes.whole > budgets.whole || sizes.lean > budgets.lean;
if (found.length > 0) console.error(`The bundle holds what it must not: ${found.join(', ')}`);
if (isOver) console.error('The bundle is over its budget');
process.exitCode = found.length > 0 || isOver ? 1 : 0;

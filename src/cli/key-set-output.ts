// Output of a private key set: to standard output, unless that would store it by accident, or to Cloudflare.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fstatSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { insideTheRepository, projectFolder } from './project-folder.ts';
import { RefusedError } from './rotation.ts';

/** A set of signing keys or of data keys. */
type SecretSet = { readonly keys: readonly object[] };

/**
 * @throws RefusedError where the output would end up in the repository or in a CI log, or would be preceded by npm's
 * own lines.
 */
export async function refuseLeakingOutput(): Promise<void> {
  const { env, stdout } = process;
  if (env['CI']) throw new RefusedError('What a CI run prints is kept in its log. Use --put.');
  if (!stdout.isTTY && env['npm_lifecycle_event'] && env['npm_config_loglevel'] !== 'silent') {
    throw new RefusedError('npm prints lines of its own before the set. Use npm run -s keys.');
  }
  if (!fstatSync(1).isFile()) return;
  // Only Linux reveals the path of the file. Elsewhere the operator is warned.
  const path = await readlink('/proc/self/fd/1').catch(() => undefined);
  if (path === undefined) {
    process.stderr.write('The set goes into a file: let it be one outside of the repository.\n');
  } else if (await insideTheRepository(path)) {
    throw new RefusedError(
      `${path} is inside of the repository: keys that lie there end in a commit some day.`,
    );
  }
}

export function output(set: SecretSet): void {
  process.stdout.write(`${JSON.stringify(set)}\n`);
}

/** The secret is piped to wrangler: it appears in no file, argument or environment variable. */
export async function putIntoCloudflare(
  binding: string,
  set: SecretSet,
  environment?: string,
): Promise<void> {
  const wrangler = join(
    createRequire(import.meta.url).resolve('wrangler/package.json'),
    '../bin/wrangler.js',
  );
  const which = environment === undefined ? [] : ['--env', environment];
  const child = spawn(process.execPath, [wrangler, 'secret', 'put', binding, ...which], {
    cwd: fileURLToPath(projectFolder),
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  child.stdin.end(JSON.stringify(set));
  const [code] = await once(child, 'exit');
  if (code !== 0)
    throw new Error(`wrangler secret put ${binding} failed: the service has the set that it had.`);
}

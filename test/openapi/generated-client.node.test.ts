import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { password, type ServedService, startServedService } from '../stack/served-service.ts';

// Clients that others' generators make of the document: generated anew, compiled by TypeScript 5, and run for one flow.

const run = promisify(execFile);
const sources = join(import.meta.dirname, 'generated');
const document = join(import.meta.dirname, '../../dist/assets/openapi.json');

// The generators want another TypeScript than the project, and live in a folder of their own.
const packages = join(sources, 'node_modules');
const isInstalled = existsSync(join(packages, 'typescript')) || (await install());
if (!isInstalled)
  console.warn('SKIPPED: the generators cannot be installed (npm ci in test/openapi/generated)');

async function install(): Promise<boolean> {
  return run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: sources }).then(
    () => true,
    () => false,
  );
}

describe.skipIf(!isInstalled)('a generated client', () => {
  let folder: string;
  let service: ServedService;

  beforeAll(async () => {
    service = await startServedService();
    folder = await mkdtemp(join(tmpdir(), 'latchkey-generated-'));
    await cp(sources, folder, { recursive: true, filter: (path) => !path.startsWith(packages) });
    await cp(document, join(folder, 'openapi.json'));
    await symlink(packages, join(folder, 'node_modules'));
    // Or what has a default would have to be sent.
    const flags = ['--default-non-nullable', 'false', '--output', 'types.ts'];
    await node('openapi-typescript/bin/cli.js', 'openapi.json', ...flags);
    await node('@hey-api/openapi-ts/bin/run.js');
  });

  afterAll(async () => {
    await service?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('compiles', async () => {
    await node('typescript/bin/tsc', '-p', '.').catch((error) => expect.fail(error.stdout));
  });

  test.each(['openapi-fetch', 'hey-api'])('of %s does what an app does', async (name) => {
    const { email, request, code } = await service.newcomer();
    const { stdout } = await run(process.execPath, [`${name}-flow.ts`], {
      cwd: folder,
      env: {
        ...process.env,
        SERVICE: service.origin,
        EMAIL: email,
        PASSWORD: password,
        REQUEST: request,
        CODE: code,
      },
    });
    expect(JSON.parse(stdout)).toEqual({
      early: 'invalid-credentials',
      sameSuccessor: true,
      listed: [true],
      changed: 'Other words',
      removed: 204,
      logout: 204,
      after: 'session-ended',
    });
  });

  function node(script: string, ...args: string[]) {
    return run(process.execPath, [join(packages, script), ...args], { cwd: folder });
  }
});

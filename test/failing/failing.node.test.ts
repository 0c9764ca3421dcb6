import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, inject, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

test('a test that fails in workerd names the right lines, and says why the service answered 503', async () => {
  const said = await runFailing();
  expect(await placesIn(said, 'test/failing/failing.ts')).toEqual([
    '  expect(answer).toMatchObject({ status: 200 });',
    '  readEnvironment({});',
  ]);
  expect(await placesIn(said, 'src/environment.ts')).toEqual([
    expect.stringMatching(/throw new EnvironmentError\(/),
  ]);
  expect(said).toContain('The service logged service-unavailable');
  expect(said).toContain('an accident that nobody expects');
  expect(said).not.toContain('an accident that a test expects');
});

/** The lines of a source that failures name. */
async function placesIn(said: string, file: string): Promise<(string | undefined)[]> {
  const lines = (await readFile(resolve(root, file), 'utf8')).split('\n');
  const places = said.matchAll(new RegExp(`❯ .*${file}:(\\d+):\\d+$`, 'gm'));
  return [...places].map(([, line]) => lines[Number(line) - 1]);
}

async function runFailing(): Promise<string> {
  const names = [
    'databaseUrl',
    'neonHttpEndpoint',
    'accessTokenKeys',
    'refreshTokenKeys',
    'dataKeys',
    'smtpUrl',
  ] as const;
  const PROVIDED = JSON.stringify(Object.fromEntries(names.map((name) => [name, inject(name)])));
  const vitest = resolve(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', resolve(import.meta.dirname, 'vitest.config.ts')];
  return new Promise((done) => {
    execFile(
      process.execPath,
      args,
      { cwd: root, env: { ...process.env, PROVIDED } },
      (_, stdout, stderr) => {
        done(stripVTControlCharacters(stdout + stderr));
      },
    );
  });
}

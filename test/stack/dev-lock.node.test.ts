import { spawn } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { takeDevLock } from '../../src/local/dev-lock.ts';

// One `npm run dev` at a time: it knows another one by the script that `npm run dev` runs.

const manifest = JSON.parse(await readFile(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
const script = manifest.scripts.dev.split(' ').at(-1);

async function lockOf(pid: number): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'latchkey-lock-')), 'dev.pid');
  await writeFile(file, String(pid));
  return file;
}

test('a second one is refused while the first one runs, and takes the place of one that crashed', async () => {
  const running = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)', script]);
  try {
    const file = await lockOf(running.pid ?? 0);
    await expect(takeDevLock(file)).rejects.toThrow(`already runs here (process ${running.pid})`);
    running.kill();
    await new Promise((done) => running.once('exit', done));
    const lock = await takeDevLock(file);
    expect(lock.afterACrash).toBe(true);
    expect(await readFile(file, 'utf8')).toBe(String(process.pid));
    await lock.release();
  } finally {
    running.kill();
  }
});

test('the number of a crashed one may be another program’s by now', async () => {
  expect((await takeDevLock(await lockOf(process.pid))).afterACrash).toBe(true);
});

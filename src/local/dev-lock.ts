// A lock file: one `npm run dev` at a time uses a data folder. A stale lock of a crashed run is replaced.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { processCommand } from './process-command.ts';

export type DevLock = { afterACrash: boolean; release(): Promise<void> };

/**
 * Takes the lock. Waits 3 s for a process that is just exiting. @throws Error that names the process which holds the
 * lock.
 */
export async function takeDevLock(file: string): Promise<DevLock> {
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  const isRunning = async () => holder > 0 && (await processCommand(holder))?.includes('local/start.ts');
  const deadline = Date.now() + 3000;
  while (await isRunning()) {
    if (Date.now() > deadline) {
      throw new Error(
        `npm run dev already runs here (process ${holder}). Stop that one first: kill ${holder}`,
      );
    }
    await delay(100);
  }
  await rm(file, { force: true });
  await writeFile(file, String(process.pid), { flag: 'wx' });
  return { afterACrash: holder > 0, release: () => rm(file, { force: true }) };
}

// Lets one `npm run dev` at a time work in a data folder, whatever became of an earlier one.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { processCommand } from './process-command.ts';

export type DevLock = { afterACrash: boolean; release(): Promise<void> };

/** Takes the lock, or throws an error that says who holds it, after waiting a moment for one that is just ending. */
export async function takeDevLock(file: string): Promise<DevLock> {
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  const isRunning = async () => holder > 0 && (await processCommand(holder))?.includes('stack/start.ts');
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

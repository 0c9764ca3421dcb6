// Notices that the npm which started this process is gone. Stopped by a signal, npm stops its shell and not what runs
// in it: the service would go on, with nobody to stop it.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Calls `then` once npm, or the shell between it and this process, no longer exists. Does nothing outside of npm. */
export async function whenNpmIsGone(then: () => void): Promise<void> {
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
  // Seen from below: an orphan gets another parent at once, whereas a dead process may keep its id for a while.
  const ancestors = async () => `${process.ppid} ${await parentOf(process.ppid)}`;
  const before = await ancestors();
  const timer = setInterval(async () => {
    if ((await ancestors()) === before) return;
    clearInterval(timer);
    then();
  }, 500);
}

async function parentOf(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === 'linux')
      return /^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (await promisify(execFile)('ps', ['-p', String(pid), '-o', 'ppid='])).stdout.trim();
  } catch {
    return undefined;
  }
}

// Detects that the npm process which started this one has exited. npm that is stopped by a signal stops its shell,
// but not the shell's child: the service would keep running as an orphan.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Calls `then` once npm, or the shell between npm and this process, has exited. Does nothing outside of npm. */
export async function whenNpmIsGone(then: () => void): Promise<void> {
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
  // Compares parent ids: an orphan gets another parent at once, whereas the id of a dead process may exist for a
  // while.
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

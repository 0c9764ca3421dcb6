// Ends a child process when this one is gone, however it went: `kill -9` leaves nothing running behind.
import { type ChildProcess, spawn } from 'node:child_process';

/** Sends `signal` to `target` (a process id, negative for its whole group) once this process no longer exists. */
export function endWithParent(child: ChildProcess, signal: 'INT' | 'TERM', target: number): void {
  if (process.platform === 'win32') return;
  // A shell waits on a pipe that only this process holds: the system closes it when this process dies.
  const script = 'read -r _; kill -s "$0" -- "$1"';
  const watch = spawn('sh', ['-c', script, signal, String(target)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watch.unref();
  (watch.stdin as unknown as { unref(): void }).unref();
  // The id may belong to another process later: once the child has ended, nothing may be sent to it.
  child.once('exit', () => watch.kill('SIGKILL'));
}

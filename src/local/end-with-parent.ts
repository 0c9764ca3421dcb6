// Ends a child process when this process exits in any way, even by `kill -9`, so that no orphan keeps running.
import { type ChildProcess, spawn } from 'node:child_process';

/** Sends `signal` to `target` (a process id, negative for its whole group) once this process no longer exists. */
export function endWithParent(child: ChildProcess, signal: 'INT' | 'TERM', target: number): void {
  if (process.platform === 'win32') return;
  // A shell blocks on a pipe whose other end only this process holds. The system closes the pipe when this process
  // dies.
  const script = 'read -r _; kill -s "$0" -- "$1"';
  const watch = spawn('sh', ['-c', script, signal, String(target)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watch.unref();
  (watch.stdin as unknown as { unref(): void }).unref();
  // Process ids are reused: after the child has exited, no signal may be sent to its id.
  child.once('exit', () => watch.kill('SIGKILL'));
}

// Runs the Worker in `wrangler dev`, which reloads it when a source file changes and prints what it logs.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endWithParent } from './end-with-parent.ts';

export type Worker = { exited: Promise<void>; stop(): Promise<void> };

/** Starts `wrangler dev` in `projectFolder`. The bindings pass through a file that only this user can read. */
export async function startWorker(options: {
  projectFolder: string;
  environmentFile: string;
  port: number;
  bindings: Record<string, string>;
}): Promise<Worker> {
  const { projectFolder, environmentFile, port, bindings } = options;
  await writeFile(environmentFile, environmentLines(bindings), { mode: 0o600 });
  const wrangler = join(
    createRequire(import.meta.url).resolve('wrangler/package.json'),
    '../bin/wrangler.js',
  );
  const flags = ['--local', '--env', '', '--port', String(port), '--env-file', environmentFile];
  const child = spawn(process.execPath, [wrangler, 'dev', ...flags, '--show-interactive-dev-session=false'], {
    cwd: projectFolder,
    env: { ...process.env, ...noOutsideContact },
    stdio: ['ignore', 'inherit', 'inherit'],
    // A group of its own: Ctrl-C reaches start.ts alone, which then ends the parts in order.
    detached: process.platform !== 'win32',
  });
  const exited = once(child, 'exit').then(() => {});
  if (child.pid !== undefined) endWithParent(child, 'TERM', -child.pid);
  return { exited, stop: () => stop(child, exited) };
}

/** wrangler asks the npm registry for a newer version of itself, and Cloudflare where this machine is, unless told not to. */
const noOutsideContact = {
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
};

/**
 * As wrangler reads them (dotenv): between quotes that a value does not hold itself everything is literal but `$`, which is
 * expanded even there.
 */
export function environmentLines(bindings: Record<string, string>): string {
  return Object.entries(bindings)
    .map(([name, value]) => {
      const quote = ["'", '`', '"'].find((mark) => !value.includes(mark));
      if (quote === undefined)
        throw new Error(`${name} holds quotes of every kind: wrangler could not read it.`);
      return `${name}=${quote}${value.replaceAll('$', () => '\\$')}${quote}\n`;
    })
    .join('');
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  await Promise.race([exited, delay(5000, undefined, { ref: false })]);
  if (child.pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-child.pid, 'SIGKILL'); // what the first process of the group left running, if anything
  } catch {
    // The whole group has ended, as it should.
  }
}

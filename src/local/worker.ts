// Runs the Worker in `wrangler dev`, which reloads it when a source file changes, and prints its log.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endWithParent } from './end-with-parent.ts';
import { printOutput } from './worker-output.ts';

export type Worker = { exited: Promise<void>; stop(): Promise<void> };

/** Starts `wrangler dev` in `projectFolder`. Bindings are passed in a file that only the current user can read. */
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
  // Of its own: another one in this project that counts limits in the same SQLite file would find it locked, and answer 500.
  const state = join(dirname(environmentFile), 'state');
  const flags = ['--local', '--env', '', '--port', String(port), '--env-file', environmentFile];
  const apart = ['--persist-to', state, '--show-interactive-dev-session=false'];
  const child = spawn(process.execPath, [wrangler, 'dev', ...flags, ...apart], {
    cwd: projectFolder,
    env: { ...process.env, ...offlineSettings },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C reaches only start.ts, which then shuts the parts down in order.
    detached: process.platform !== 'win32',
  });
  const printed = printOutput(child);
  const exited = once(child, 'exit').then(() =>
    Promise.race([printed, delay(1000, undefined, { ref: false })]),
  );
  if (child.pid !== undefined) endWithParent(child, 'TERM', -child.pid);
  return { exited, stop: () => stop(child, exited) };
}

/** Without these, wrangler asks the npm registry for updates and Cloudflare for the machine's location. */
const offlineSettings = {
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
};

/**
 * Formats bindings for wrangler's dotenv parser. Between quotes that the value does not contain, everything is
 * literal except `$`, which is expanded even there and therefore escaped.
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
    process.kill(-child.pid, 'SIGKILL'); // whatever is left of the process group
  } catch {
    // The whole group has exited already, as expected.
  }
}

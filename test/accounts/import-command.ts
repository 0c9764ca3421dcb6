// `npm run import` as an operator meets it: the command with its input, and the database that it writes to.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import pg from 'pg';
import { inject } from 'vitest';
import { newTestDatabase } from '../stack/test-database.ts';

const project = resolve(import.meta.dirname, '../..');

export type Run = { code: number; stdout: string; stderr: string };
export type ImportCommand = Awaited<ReturnType<typeof newImportCommand>>;

/** With a database of its own. */
export async function newImportCommand() {
  const databaseUrl = await newTestDatabase(inject('databaseUrl'));
  const database = new pg.Client(databaseUrl);
  await database.connect();

  function start(args: string[], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [join(project, 'src/cli/import.ts'), ...args], {
      env: { ...process.env, DATABASE_URL: databaseUrl, ...env },
    });
    child.stdin.on('error', () => {}); // it need not read all that it is given
    const ended = Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'exit')]).then(
      ([stdout, stderr, [code]]): Run => ({ code, stdout, stderr }),
    );
    return { child, ended };
  }

  return {
    databaseUrl,
    database,
    start,
    importUsers(input: string | Buffer, args: string[] = [], env?: NodeJS.ProcessEnv): Promise<Run> {
      const { child, ended } = start([...args, '-'], env);
      child.stdin.end(input);
      return ended;
    },
    kept: async () => (await database.query('select * from users order by email')).rows,
    end: () => database.end(),
  };
}

export const lines = (...users: object[]) => users.map((user) => `${JSON.stringify(user)}\n`).join('');

export const refusals = ({ stdout }: Run) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

// `npm run import` as an operator meets it: the command with its input, and the database that it writes to. A process of its own only where
// that matters: starting one takes a second.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import pg from 'pg';
import { inject } from 'vitest';
import { runImport } from '../../src/cli/import/run.ts';
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

  /** Without a process. `input` is standard input, and `password` what is typed when one is asked for. */
  async function run(
    args: readonly string[],
    given: {
      readonly input?: string | Buffer;
      readonly password?: string;
      readonly url?: string | undefined;
    } = {},
  ): Promise<Run> {
    const [output, errors] = [new PassThrough(), new PassThrough()];
    const [code, stdout, stderr] = await Promise.all([
      runImport(args, {
        databaseUrl: given.url ?? databaseUrl,
        input: Readable.from([Buffer.from(given.input ?? '')]),
        output,
        errors,
        askForPassword: async () => given.password ?? '',
        onInterrupt: () => {},
      }).finally(() => {
        output.end();
        errors.end();
      }),
      textOf(output),
      textOf(errors),
    ]);
    return { code, stdout, stderr };
  }

  return {
    databaseUrl,
    database,
    start,
    run,
    importUsers: (input: string | Buffer, args: string[] = [], url?: string): Promise<Run> =>
      run([...args, '-'], { input, url }),
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

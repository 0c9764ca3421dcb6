import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newTestDatabase } from '../stack/test-database.ts';

// `npm run roles` as an operator meets it.

const command = resolve(import.meta.dirname, '../../src/cli/roles.ts');
const id = '01a21000-0000-7000-8000-000000000001';

let url: string;
let client: pg.Client;

beforeAll(async () => {
  url = await newTestDatabase(inject('databaseUrl'));
  client = new pg.Client(url);
  await client.connect();
  await client.query(
    `insert into users (id, email, password_hash, name, created_at, updated_at, email_verified_at, role)
     values ($1, 'ada@example.test', '-', 'Ada', now(), now(), now(), 'user'),
       ($2, 'stranger@example.test', '-', 'Stranger', now(), now(), null, 'user'),
       ($3, 'formerly@example.test', '-', 'Formerly', now(), now(), null, 'admin')`,
    [id, id.replace(/1$/, '2'), id.replace(/1$/, '3')],
  );
});
afterAll(() => client.end());

type Run = { code: number; stdout: string; stderr: string };

function roles(args: string[], env: Record<string, string> = { DATABASE_URL: url }): Promise<Run> {
  const { DATABASE_URL: _, ...inherited } = process.env;
  return new Promise((done) => {
    execFile(
      process.execPath,
      [command, ...args],
      { env: { ...inherited, ...env } },
      (error, stdout, stderr) => {
        done({ code: Number(error?.code ?? 0), stdout, stderr });
      },
    );
  });
}

const events = async () => (await client.query('select kind, user_id from security_events')).rows;

const roleOf = async (email: string) =>
  (await client.query('select role from users where email = $1', [email])).rows[0].role;

test('an address that is not verified is made nothing, and nothing is written down', async () => {
  const run = await roles(['Stranger@example.test', 'admin']);
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toContain('is not verified');
  expect(await roleOf('stranger@example.test')).toBe('user');
  expect(await events()).toEqual([]);
});

test('but it may lose a role that it has', async () => {
  expect(await roles(['formerly@example.test', 'user'])).toMatchObject({ code: 0 });
  expect(await roleOf('formerly@example.test')).toBe('user');
  await client.query('delete from security_events');
});

test('an address in any case is made an admin, which is written down once', async () => {
  expect(await roles([])).toEqual({ code: 0, stdout: '', stderr: '' });
  for (const email of ['Ada@Example.test', 'ada@example.test']) {
    expect(await roles([email, 'admin'])).toMatchObject({
      code: 0,
      stdout: `ada@example.test  admin  ${id}\n`,
    });
  }
  expect(await roles([])).toMatchObject({ code: 0, stdout: `ada@example.test  admin  ${id}\n` });
  expect(await events()).toEqual([{ kind: 'role-changed', user_id: id }]);
});

test('and a user again', async () => {
  expect(await roles(['ada@example.test', 'user'])).toMatchObject({ code: 0 });
  expect(await roles([])).toMatchObject({ code: 0, stdout: '' });
});

test.for<[string, string[], string]>([
  ['an address that nobody has', ['nobody@example.test', 'admin'], 'Nobody has the address'],
  ['a role that there is not', ['ada@example.test', 'root'], 'npm run -s roles'],
  ['an address alone', ['ada@example.test'], 'npm run -s roles'],
  ['an option that there is not', ['ada@example.test', 'admin', '--force'], "'--force'"],
  ['more than it takes', ['ada@example.test', 'admin', 'grace@example.test'], 'npm run -s roles'],
])('%s is refused', async ([, args, said]) => {
  const run = await roles(args);
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toContain(said);
});

test('without a database it says what is missing, and no password of a wrong one', async () => {
  expect((await roles([], {})).stderr).toContain('DATABASE_URL is not set');
  const away = await roles([], { DATABASE_URL: 'postgresql://ada:secret-word@localhost:9/latchkey' });
  expect(away.code).toBe(1);
  expect(away.stderr).not.toBe('');
  expect(away.stderr).not.toContain('secret-word');
});

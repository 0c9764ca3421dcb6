// After a restore no number is given twice: a cursor from before the restore misses nothing.

import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { newTestDatabase } from '../stack/test-database.ts';

const command = resolve(import.meta.dirname, '../../src/cli/users.ts');

test('after-restore moves the numbers of events on, and a look at it does not', async () => {
  const url = await newTestDatabase(inject('databaseUrl'));
  const client = new pg.Client(url);
  await client.connect();
  const next = async () =>
    Number((await client.query("select nextval('outbox_numbers') as number")).rows[0]?.number);
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [command, 'after-restore', ...args], {
      env: { ...process.env, DATABASE_URL: url },
    });
  expect(await next()).toBe(1);
  await run();
  expect(await next()).toBe(2);
  await run('--yes');
  expect(await next()).toBe(1_000_003);
  await client.end();
});

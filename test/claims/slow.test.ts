// A function that takes too long. PostgreSQL stops it where the database's role, or the database, has a `statement_timeout`; our own
// deadline only stops waiting.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { problem, signedIn } from '../accounts/people.ts';
import { dump } from '../mail/tables.ts';
import { newDatabase, type Service, startService } from '../service.ts';
import { claimsIn, ofTheRow, says } from './function.ts';

const run = <Row>(service: Service, text: string) =>
  service.dependencies.database.query<Row>(sql.raw(text), { repeatable: true });

/** Nobody has a connection to it yet: what is set for a database is of new ones. */
async function startWithTimeout(timeout: string): Promise<Service> {
  const DATABASE_URL = await newDatabase();
  const name = DATABASE_URL.replace(/.*\//, '');
  await run(await startService(), `alter database ${name} set statement_timeout = '${timeout}'`);
  return startService({ DATABASE_URL });
}

const slowly = (seconds: number) => `jsonb_build_object('org', 'acme', 'slept', pg_sleep(${seconds})::text)`;

test('with a statement_timeout it is cut off, and the log says what was', async () => {
  const service = await startWithTimeout('700ms');
  const { refresh_token } = await signedIn(service);
  const refresh = () => service.call('POST', '/api/auth/refresh', { json: { refresh_token } });
  await says(service, slowly(60));
  const before = await dump(service);
  expect(await refresh()).toMatchObject({
    ...problem(503, 'service-unavailable', { retryable: true, discard_credentials: false }),
    // Not once more: it would take as long.
    trips: 1,
  });
  expect((await dump(service)).sort()).toEqual(before.sort());
  expect(service.logged).toContainEqual({
    level: 'error',
    event: 'claims-failed',
    fields: {
      sqlstate: '57014',
      message: 'canceling statement due to statement timeout',
      not_logged_since_the_last: 0,
    },
  });
  const running = `select from pg_stat_activity where datname = current_database() and state = 'active' and pid <> pg_backend_pid()`;
  expect(await run(service, running)).toEqual([]);
  await says(service, ofTheRow);
  expect(claimsIn(await refresh())).toMatchObject({ org: 'acme' });
});

test('without one nobody waits for it longer than for the database, and no session is lost', async () => {
  const service = await startService();
  const { refresh_token } = await signedIn(service);
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const refresh = () => service.call('POST', '/api/auth/refresh', { json: { refresh_token }, headers });
  await says(service, slowly(7));
  expect(await refresh()).toMatchObject({ ...problem(503, 'service-unavailable'), trips: 2 });
  await says(service, ofTheRow);
  // What goes on behind our backs holds the session's row, and spends the token: an answer that was lost.
  await expect.poll(async () => (await refresh()).status, { timeout: 60_000, interval: 500 }).toBe(200);
  expect(claimsIn(await refresh())).toMatchObject({ org: 'acme' });
});

// A database of a test file's own, for tests in Node; those in workerd ask test/service.ts for one.
import pg from 'pg';

/** Makes a fresh, migrated database beside `databaseUrl` that no other test writes to; returns its `DATABASE_URL`. */
export async function newTestDatabase(databaseUrl: string): Promise<string> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    await client.query(`create database ${name} template latchkey_test_template`);
  } finally {
    await client.end();
  }
  return databaseUrl.replace(/[^/]+$/, name);
}

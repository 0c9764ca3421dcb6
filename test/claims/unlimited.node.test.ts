import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { hasUnlimitedClaims } from '../../src/cli/deploy/schema.ts';
import { newTestDatabase } from '../stack/test-database.ts';

// What `npm run deploy` warns of: an application's function that nothing stops where it is slow.

let databaseUrl: string;
let owner: pg.Client;
beforeAll(async () => {
  databaseUrl = await newTestDatabase(inject('databaseUrl'));
  owner = new pg.Client(databaseUrl);
  await owner.connect();
});
afterAll(() => owner.end());

test('the function that is there from the beginning needs no limit, the application’s own does', async () => {
  expect(await hasUnlimitedClaims(databaseUrl)).toBe(false);
  await owner.query(
    `create or replace function latchkey_claims(u users) returns jsonb language sql stable as $$ select '{"org": "acme"}'::jsonb $$`,
  );
  expect(await hasUnlimitedClaims(databaseUrl)).toBe(true);
  const name = databaseUrl.replace(/.*\//, '');
  await owner.query(`alter database ${name} set statement_timeout = '4s'`);
  expect(await hasUnlimitedClaims(databaseUrl)).toBe(false);
});

import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { journey } from '../../src/local/journey.ts';
import { type ServedWorker, startServedWorker } from '../../src/local/served-worker.ts';
import { servedBindings } from './served-bindings.ts';
import { newTestDatabase } from './test-database.ts';

// Expand and contract: which changes of the schema the code before them outlives, and that the rehearsal sees the others.

let worker: ServedWorker;
let databaseUrl: string;

beforeAll(async () => {
  databaseUrl = await newTestDatabase(inject('databaseUrl'));
  worker = await startServedWorker(servedBindings(databaseUrl));
});
afterAll(() => worker?.stop());

async function rehearseOn(...changes: string[]): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  for (const change of changes) await client.query(change);
  await client.end();
  await journey({ origin: worker.origin, mailApiUrl: inject('mailApiUrl') });
}

test.for<[string, string]>([
  ['a new column without a value', 'alter table users add column nickname text'],
  ['a new column with a default', 'alter table sessions add column trusted boolean not null default false'],
  [
    'a new table',
    'create table notes (id uuid primary key, owner uuid references users (id) on delete cascade)',
  ],
  ['a new index', 'create index posts_title_lower on posts (lower(title))'],
])('%s: the code from before goes on', async ([, change]) => {
  await rehearseOn(change);
});

test.for<[string, string, string, RegExp]>([
  [
    'a new column that must have a value',
    'alter table posts add column language text not null',
    'alter table posts drop column language',
    /POST \/api\/posts answered/,
  ],
  [
    'a column that is gone',
    'alter table users drop column password_version',
    'alter table users add column password_version integer not null default 0',
    /POST \/api\/auth\/register answered/,
  ],
  [
    'a table of another name',
    'alter table mails rename to letters',
    'alter table letters rename to mails',
    /POST \/api\/auth\/register answered/,
  ],
])('%s: the rehearsal says what would break', async ([, change, undo, said]) => {
  await expect(rehearseOn(change)).rejects.toThrow(said);
  await rehearseOn(undo);
});
